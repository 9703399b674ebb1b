"""The product resolves environment variables and the shared config files as botocore does: region, endpoints and
credentials of some hundred generated set-ups, the odd and the broken among them. KINESIGHT_SEED replays a run.

Left out on purpose, because the product keeps to the AWS SDKs' reference where botocore differs: AWS_REGION (botocore
knows only AWS_DEFAULT_REGION), empty values (the product takes them for absent), [default] beside [profile default]."""

import json
import os
import random
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest

credentials = pytest.importorskip("botocore.credentials")
import botocore.session  # noqa: E402
from botocore.configprovider import ConfiguredEndpointProvider  # noqa: E402
from botocore.endpoint_provider import EndpointProvider  # noqa: E402
from botocore.exceptions import InvalidRegionError, NoRegionError  # noqa: E402
from botocore.utils import is_valid_endpoint_url, validate_region_name  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KINESIGHT_BIN_DIR", ROOT / "build/release/bin"))
SETUPS = 600
PROFILES = ["default", "a", "b", "at night"]
SERVICES = {"Kinesis": "kinesis", "S3": "s3", "STS": "sts", "DynamoDB": "dynamodb", "Kinesis Video": "kinesisvideo"}
REGIONS = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1", "us-isob-east-1",
           "eu-isoe-west-1", "us-isof-south-1"]


class FakeSts:
    """Answers as resolve.cpp's does: the role becomes the access key id, who asked the session token."""

    def __init__(self, caller):
        self.caller = caller

    def answer(self, action, role):
        # As the real one refuses what goes on in another line, and resolve.cpp's is never asked.
        if any(not role.get(name, "").isprintable() for name in ("RoleArn", "RoleSessionName", "ExternalId")):
            raise ValueError(role)
        asked = f"asked by {self.caller} for {quote(role['RoleSessionName'])} {quote(role.get('ExternalId', ''))}"
        return {"Credentials": {"AccessKeyId": quote(role["RoleArn"], safe=""), "SecretAccessKey": action,
                                "SessionToken": asked, "Expiration": "2099-01-01T00:00:00Z"}, "AssumedRoleUser": {}}

    def assume_role(self, **role):
        return self.answer("AssumeRole", role)

    def assume_role_with_web_identity(self, **role):
        return self.answer("AssumeRoleWithWebIdentity", role)


def configured_endpoint(session, client):
    if session.get_config_variable("ignore_configured_endpoint_urls"):
        return None
    url = ConfiguredEndpointProvider(session.full_config, session.get_scoped_config(), client).provide()
    if url is not None and not is_valid_endpoint_url(url):  # As its clients do when they are made.
        raise ValueError(url)
    return url


def valid_region(session):
    """None for one that its clients refuse when they are made."""
    region = session.get_config_variable("region")
    try:
        validate_region_name(region)
    except InvalidRegionError:
        return None
    return region


def fake_client_creator(session, region):
    def create(service, **options):
        configured_endpoint(session, service)
        if not valid_region(session):
            raise NoRegionError
        return FakeSts(options.get("aws_access_key_id") or "nobody")
    return create


class Setup:
    """One generated home folder and its environment."""

    def __init__(self, draw, home):
        self.draw, self.home, self.count = draw, home, 0
        (home / "token").write_text("web token")
        (home / "process.json").write_text(json.dumps({"Version": 1, "AccessKeyId": "process", "SecretAccessKey": "p"}))
        (home / "config").write_bytes(self.text(self.config()))
        (home / "credentials").write_bytes(self.text(self.keys_file()))
        self.environment = self.variables()

    def chance(self, p):
        return self.draw.random() < p

    def unique(self, name):
        self.count += 1
        return f"{name}{self.count}"

    def keys(self):
        keys = {"aws_access_key_id": self.unique("id"), "aws_secret_access_key": self.unique("key#;=")}
        if self.chance(0.3):
            keys["aws_session_token"] = self.unique("token")
        if self.chance(0.1):
            del keys[self.draw.choice(["aws_access_key_id", "aws_secret_access_key"])]
        return keys

    def role(self):
        role = {"role_arn": f"arn:aws:iam::1:role/{self.unique('r')}", "role_session_name": self.unique("s")}
        if self.chance(0.3):
            role["external_id"] = self.unique("x y")
        if self.chance(0.8):
            role["source_profile"] = self.draw.choice(PROFILES + ["absent"])
        if self.chance(0.2):
            role["credential_source"] = self.draw.choice(["Environment", "EcsContainer", "Ec2InstanceMetadata", "Moon"])
        if self.chance(0.2):
            role["web_identity_token_file"] = str(self.home / "token")
        return role

    def profile(self):
        settings = {}
        if self.chance(0.5):
            settings["region"] = self.draw.choice(REGIONS)
        if self.chance(0.35):
            settings |= self.role()
        if self.chance(0.4):
            settings |= self.keys()
        elif self.chance(0.2):
            settings["credential_process"] = f"cat '{self.home / 'process.json'}'"
        if self.chance(0.3):
            settings["endpoint_url"] = f"http://{self.unique('profile')}"
        if self.chance(0.3):
            settings["services"] = self.draw.choice(["one", "one", "two words", "absent"])
        if self.chance(0.1):
            settings["ignore_configured_endpoint_urls"] = self.draw.choice(["true", "True", "false"])
        return settings

    def services(self):
        section = {"other": {"endpoint_url": "http://other"}}
        for name in ["kinesis", "s3", "kinesis_video"]:
            if self.chance(0.5):
                section[name] = {"endpoint_url": f"http://{self.unique('service')}", "setting": "x"}
        if self.chance(0.05):
            section["dynamodb"] = "http://flat"
        return section

    def config(self):
        sections = {}
        for name in PROFILES:
            if self.chance(0.6):
                quoted = f'"{name}"' if " " in name else self.draw.choice([name, f"'{name}'", f" {name}"])
                sections["default" if name == "default" else f"profile {quoted}"] = self.profile()
        sections["services one"] = self.services()
        sections["services 'two words'"] = self.services()
        if self.chance(0.3):
            sections[self.draw.choice(["preview", "sso-session x", "plugins", "a"])] = {"region": "nowhere"}
        return sections

    def keys_file(self):
        return {name: self.keys() | ({"region": self.draw.choice(REGIONS)} if self.chance(0.2) else {})
                for name in PROFILES if self.chance(0.4)}

    def text(self, sections):
        """The sections as somebody may have typed them."""
        end = self.draw.choice(["\n", "\n", "\r\n"])
        lines = []
        for name, settings in sections.items():
            lines += [f"[{name}]"]
            for key, value in settings.items():
                lines += self.noise()
                lines += self.nested(key, value) if isinstance(value, dict) else [self.typed(key) + value]
        if self.chance(0.12):
            lines.insert(self.draw.randint(0, len(lines)), self.broken(lines))
        return end.join(lines + [""] * self.draw.randint(0, 2)).encode()

    def typed(self, key):
        key = key.upper() if self.chance(0.1) else key
        return key + self.draw.choice(["=", " = ", "= ", " =", "\t=\t", " : "])

    def nested(self, key, values):
        inner = [f"{self.draw.choice(['  ', chr(9), '    '])}{name} = {value}" for name, value in values.items()]
        for noise in self.noise():
            inner.insert(self.draw.randint(0, len(inner)), noise)
        return [f"{key} ="] + inner

    def noise(self):
        return [self.draw.choice(["", "# a comment = x", "; another", "   # indented", "  "])] if self.chance(0.2) else []

    def broken(self, lines):
        return self.draw.choice(["[profile open", "word", "= value", "region = early", "  indented = line", "[default]",
                                 "[services one]", "  word", self.draw.choice(lines or ["word"])])

    def variables(self):
        found = {"HOME": str(self.home), "AWS_CONFIG_FILE": self.draw.choice([str(self.home / "config"), "~/config"]),
                 "AWS_SHARED_CREDENTIALS_FILE": str(self.home / "credentials"), "AWS_EC2_METADATA_DISABLED": "true"}
        if self.chance(0.05):
            found["AWS_CONFIG_FILE"] = str(self.home / "absent")
        if self.chance(0.6):
            found["AWS_PROFILE"] = self.draw.choice(PROFILES)
        if self.chance(0.15):
            found |= {"AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "envkey"}
            if self.chance(0.3):
                found["AWS_SESSION_TOKEN"] = "envtoken"
            if self.chance(0.1):
                del found["AWS_SECRET_ACCESS_KEY"]
        if self.chance(0.3):
            found["AWS_DEFAULT_REGION"] = self.draw.choice(REGIONS)
        if self.chance(0.15):
            found |= {"AWS_WEB_IDENTITY_TOKEN_FILE": str(self.home / "token"), "AWS_ROLE_SESSION_NAME": "envsession"}
            if self.chance(0.8):
                found["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/env"
        for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_KINESIS_VIDEO"]:
            if self.chance(0.15):
                found[name] = f"http://{name.lower().replace('_', '-')}"
        if self.chance(0.1):
            found["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = self.draw.choice(["true", "false"])
        return found


def theirs(environment, monkeypatch):
    """What botocore makes of it, in resolve.cpp's form."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    session = botocore.session.Session()
    try:
        session.get_scoped_config()
    except Exception:
        return {"failed": ["load"]}
    result = {"region": valid_region(session), "endpoints": {}, "keys": None, "failed": []}
    for service, client in SERVICES.items():
        try:
            result["endpoints"][service] = configured_endpoint(session, client)
        except Exception:
            result["failed"].append(service)
    try:
        found = session.get_credentials()
        if found:
            keys = found.get_frozen_credentials()
            result["keys"] = [keys.access_key, keys.secret_key, keys.token or ""]
    except Exception:
        result["failed"].append("credentials")
    return result


def ours(environments):
    done = subprocess.run([BIN / "resolve_aws_config"], input="\n".join(map(json.dumps, environments)), text=True,
                          capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def comparable(answer):
    """Without reasons, and with None for endpoints that are AWS's own."""
    if answer["failed"] == ["load"]:
        return {"failed": ["load"]}
    endpoints = {service: None if url and url.endswith(".amazonaws.com") else url
                 for service, url in answer.get("endpoints", {}).items()}
    return {"region": answer.get("region"), "endpoints": endpoints, "keys": answer.get("keys"),
            "failed": sorted(answer["failed"])}


def test_setups_resolve_as_botocore_resolves_them(tmp_path, monkeypatch):
    seed = int(os.environ.get("KINESIGHT_SEED", random.SystemRandom().randrange(2**32)))
    print(f"KINESIGHT_SEED={seed}")
    draw = random.Random(seed)
    setups = []
    for number in range(SETUPS):
        home = tmp_path / str(number)
        home.mkdir()
        setups.append(Setup(draw, home))
    # Only STS is not botocore's own.
    monkeypatch.setattr(credentials, "_get_client_creator", fake_client_creator)
    seen = {"load": 0, "credentials": 0, "keys": 0, "roles": 0}
    for setup, found in zip(setups, ours([setup.environment for setup in setups]), strict=True):
        expected = comparable(theirs(setup.environment, monkeypatch))
        files = {name: (setup.home / name).read_text() for name in ["config", "credentials"]}
        assert comparable(found) == expected, (
            f"KINESIGHT_SEED={seed}\n{json.dumps(setup.environment, indent=1)}\n{found.get('why')}\n"
            + "\n".join(f"--- {name}\n{text}" for name, text in files.items()))
        for name in ["load", "credentials"]:
            seen[name] += name in expected["failed"]
        seen["keys"] += bool(expected.get("keys"))
        seen["roles"] += bool(expected.get("keys")) and expected["keys"][1].startswith("AssumeRole")
    print(seen)
    assert min(seen.values()) >= SETUPS // 50, "the generator should make every kind of set-up"


def test_every_region_has_the_endpoints_of_its_rules(tmp_path):
    loader = botocore.session.Session().get_component("data_loader")
    partitions = loader.load_data("partitions")
    regions = [name for partition in partitions["partitions"] for name in partition["regions"] if "global" not in name]
    found = ours([{"HOME": str(tmp_path), "TEST_REGION": region, "AWS_EC2_METADATA_DISABLED": "true"}
                  for region in regions])
    for service, client in SERVICES.items():
        rules = EndpointProvider(loader.load_service_model(client, "endpoint-rule-set-1"), partitions)
        # The one global endpoint of old is what the rules fall back to for us-east-1.
        old = {"UseGlobalEndpoint": False} if client in ("s3", "sts") else {}
        for region, answer in zip(regions, found, strict=True):
            expected = rules.resolve_endpoint(Region=region, UseFIPS=False, UseDualStack=False, **old).url
            assert answer["endpoints"][service] == expected
