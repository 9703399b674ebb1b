// The places that credentials come from, each in a file of its own. All say not_found when they are not set
// up, so that a chain asks the next one.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "aws/credentials/surroundings.h"

namespace kinesight::aws {

using ProviderPtr = std::shared_ptr<CredentialsProvider>;

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION.
ProviderPtr make_environment_provider(config::Environment environment);

/// A role that the profile (empty: the one in use) takes on from its source_profile or credential_source, by
/// STS AssumeRole. `on_the_way` are the profiles whose source it is, so that circles are seen.
ProviderPtr make_role_provider(const Surroundings& surroundings, std::string profile = {},
                               std::vector<std::string> on_the_way = {});

/// AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, as EKS sets them; else
/// web_identity_token_file, role_arn, role_session_name of the profile in use.
ProviderPtr make_web_identity_provider(const Surroundings& surroundings);

/// The same of one profile alone, without the environment.
ProviderPtr make_profile_web_identity_provider(const Surroundings& surroundings, std::string profile);

/// aws_access_key_id, aws_secret_access_key, aws_session_token of the profile (empty: the one in use), in the
/// credentials file or else in the config file. What a person must sign in for (sso_session, login_session)
/// is an error that says so.
ProviderPtr make_profile_keys_provider(const Surroundings& surroundings, std::string profile = {});

/// The program that the profile (empty: the one in use) names in credential_process.
ProviderPtr make_process_provider(const Surroundings& surroundings, std::string profile = {});

/// AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI, as ECS and EKS Pod Identity
/// set them.
ProviderPtr make_container_provider(const Surroundings& surroundings);

/// The role of the EC2 instance, from its metadata service (IMDSv2).
ProviderPtr make_instance_metadata_provider(const Surroundings& surroundings);

}  // namespace kinesight::aws
