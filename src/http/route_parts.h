// What routes and their answers are made of. Private to http/.
#pragma once

#include <httplib.h>

#include <string>
#include <string_view>

#include "http/api.h"
#include "http/router.h"

namespace kinesight::http {

inline constexpr const char* kJson = "application/json";

/// A route that reads.
Route get(std::string_view pattern, Guard guard, std::string_view described, RouteHandler handler);

/// An operation with further parameters, which are read by the table that they come from.
std::string with_parameters(std::string_view described, const std::string& parameters);

/// Answers with what may change at any time and is nobody else's business.
void answer(httplib::Response& response, const std::string& body, const char* type);

/// Sets the ETag; true when the client has this very version, and is told so.
bool unchanged(const httplib::Request& request, httplib::Response& response, std::string_view version);

/// Answers with the part of `file`, which is not empty, that the request wants. Nothing is copied: a file may
/// be large, and many may read it.
void answer_part(const httplib::Request& request, httplib::Response& response, const SharedFile& file,
                 const char* type);

}  // namespace kinesight::http
