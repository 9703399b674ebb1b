// The dashboard's files, from web/, inside the program. assets.cpp is made by the build
// (cmake/EmbedFiles.cmake).
#pragma once

#include <span>
#include <string_view>

namespace kinesight::http {

/// One file.
struct Asset {
  std::string_view name;  ///< "app.js"
  std::string_view path;  ///< "/app.js"
  std::string_view body;
  std::string_view hash;  ///< Of the body; changes whenever it does.
};

/// All of them.
std::span<const Asset> assets();

}  // namespace kinesight::http
