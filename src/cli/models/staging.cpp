#include "cli/models/staging.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

namespace kinesight::cli {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> failed(const char* what, const fs::path& path, const std::error_code& error) {
  const bool denied = error == std::errc::permission_denied || error == std::errc::read_only_file_system;
  return fail(denied ? ErrorKind::denied : ErrorKind::unavailable, "cannot {} {}: {}", what, path.string(),
              error.message());
}

bool same_place(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

}  // namespace

Staging::Staging(fs::path shelf, std::string name)
    : shelf_(std::move(shelf)),
      name_(std::move(name)),
      waiting_(shelf_ / fmt::format(".adding-{}-{}", name_, getpid())) {}

Staging::~Staging() {
  std::error_code ignored;
  fs::remove_all(waiting_, ignored);
}

/// The places that the model's name stands for must be free.
Result<> Staging::check_free(bool replace) const {
  if (replace) return {};
  for (const std::string_view ending : {".json", ".onnx", ""}) {
    const auto place = shelf_ / (name_ + std::string(ending));
    std::error_code error;
    if (!fs::exists(place, error)) continue;
    return fail(ErrorKind::invalid, "{} is there already: choose another --name, or replace it with --force",
                place.string());
  }
  return {};
}

Result<std::vector<fs::path>> Staging::take(const std::vector<fs::path>& files, bool replace) {
  const bool single = files.size() == 1;
  for (const auto& file : files) {
    places_.push_back(single ? fs::path(name_ + file.extension().string()) : name_ / file.filename());
  }
  copied_ = !same_place(files.front(), shelf_ / places_.front());
  std::error_code error;
  if (!copied_) {
    if (replace || !fs::exists(shelf_ / (name_ + ".json"), error)) return places_;
    return fail(ErrorKind::invalid, "{} is registered already; --force registers it anew",
                files.front().string());
  }
  if (auto free = check_free(replace); !free) return std::unexpected(free.error());
  fs::create_directories((waiting_ / places_.front()).parent_path(), error);
  if (error) return failed("make the folder", waiting_, error);
  for (std::size_t i = 0; i < files.size(); ++i) {
    fs::copy_file(files[i], waiting_ / places_[i], error);
    if (error) return failed("copy", files[i], error);
  }
  return places_;
}

Result<> Staging::move_files() {
  std::error_code error;
  for (const auto& place : copied_ ? places_ : std::vector<fs::path>()) {
    fs::create_directories((shelf_ / place).parent_path(), error);
    if (error) return failed("make the folder of", shelf_ / place, error);
    fs::rename(waiting_ / place, shelf_ / place, error);
    if (error) return failed("move a model to", shelf_ / place, error);
  }
  return {};
}

Result<> Staging::commit(const std::string& card) {
  std::error_code error;
  fs::create_directories(waiting_, error);
  if (error) return failed("make the folder", waiting_, error);
  const auto written = waiting_ / (name_ + ".json"), final_card = shelf_ / (name_ + ".json");
  std::ofstream out(written, std::ios::binary);
  out << card;
  out.close();
  if (!out) return fail(ErrorKind::unavailable, "cannot write {}: is the disk full?", written.string());
  // The old card goes first and the new one comes last: in between there is a file that nobody vouches for,
  // and never a card of another file.
  if (copied_) fs::remove(final_card, error);
  if (error) return failed("replace", final_card, error);
  if (auto moved = move_files(); !moved) return moved;
  fs::rename(written, final_card, error);
  if (error) return failed("write", final_card, error);
  return {};
}

}  // namespace kinesight::cli
