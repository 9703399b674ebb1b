#include "storage/directory_store.h"

#include <sys/stat.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "net/url.h"
#include "storage/directory_files.h"
#include "storage/object_rules.h"
#include "storage/store_kind.h"

namespace kinesight::storage {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

constexpr std::size_t kMaxSideFileBytes = 64 * 1024;

/// What the side file says.
std::string to_text(const ObjectAttributes& attributes) {
  return json{{"content_type", attributes.content_type}, {"metadata", attributes.metadata}}.dump(2) + "\n";
}

/// Into `status`; what cannot be read stays away: the object counts.
void read_side_file(const fs::path& path, ObjectStatus& status) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxSideFileBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  const auto said = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!said.is_object()) return;
  if (const auto type = said.find("content_type"); type != said.end() && type->is_string())
    status.content_type = *type;
  const auto metadata = said.find("metadata");
  if (metadata == said.end() || !metadata->is_object()) return;
  for (const auto& [name, value] : metadata->items())
    if (value.is_string()) status.metadata.emplace(name, value);
}

class DirectoryStore final : public ObjectStore {
 public:
  DirectoryStore(fs::path folder, Clock& clock) : folder_(std::move(folder)), clock_(clock) {}

  Result<Stored> put_file(const std::string& key, const fs::path& path, const ObjectAttributes& attributes,
                          std::stop_token stop) override {
    const auto place = place_of(key);
    if (!place) return std::unexpected(place.error());
    if (auto checked = check_attributes(attributes); !checked) return std::unexpected(checked.error());
    const auto from = InputFile::open(path);
    if (!from) return std::unexpected(from.error());
    if (std::error_code ignored; fs::exists(*place, ignored)) return before(*place, attributes);
    if (auto made = make_folders(place->parent_path()); !made) return std::unexpected(made.error());

    auto object = written(*place, [&](NewFile& file) { return file.copy(*from, stop); });
    if (!object) return std::unexpected(object.error());
    auto side = side_file(*place, attributes);
    if (!side) return std::unexpected(side.error());
    const auto named = object->name(*place);
    if (!named) return std::unexpected(named.error());
    if (!*named) return before(*place, attributes);
    if (auto done = side->replace(beside(*place)); !done) return std::unexpected(done.error());
    if (auto done = sync_folder(place->parent_path()); !done) return std::unexpected(done.error());
    return Stored::now;
  }

  Result<std::optional<ObjectStatus>> status(const std::string& key, std::stop_token) override {
    const auto place = place_of(key);
    if (!place) return std::unexpected(place.error());
    struct stat facts{};
    if (::stat(place->c_str(), &facts) != 0) {
      if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
      return disk_error(*place, "cannot be looked at", errno);
    }
    if (!S_ISREG(facts.st_mode)) return std::nullopt;
    ObjectStatus status;
    status.bytes = facts.st_size;
    status.content_type = ObjectAttributes{}.content_type;
    read_side_file(beside(*place), status);
    return status;
  }

  Result<Link> link(const std::string& key, std::int64_t seconds, std::stop_token) override {
    if (const auto place = place_of(key); !place) return std::unexpected(place.error());
    return Link{address(key), static_cast<std::int64_t>(clock_.wall_seconds()) + seconds};
  }

  Result<> check(std::stop_token) override {
    auto file = NewFile::create(folder_);
    if (!file) return std::unexpected(file.error());
    return file->write("kinesight");
  }

  std::string address(const std::string& key) const override {
    return "file://" + net::percent_encode((folder_ / key).string(), "/");
  }

 private:
  Result<fs::path> place_of(const std::string& key) const {
    if (auto checked = check_object_key(key); !checked) return std::unexpected(checked.error());
    if (key.ends_with(".json"))
      return fail(ErrorKind::invalid,
                  "a folder keeps the attributes of 'x' in 'x.json': expected a key that does not end so");
    return folder_ / key;
  }
  static fs::path beside(const fs::path& place) { return place.string() + ".json"; }

  /// A new file with what `write` writes, on the disk.
  template <class Write>
  static Result<NewFile> written(const fs::path& place, Write write) {
    auto file = NewFile::create(place.parent_path());
    if (!file) return file;
    auto done = write(*file);
    if (done) done = file->sync();
    if (!done) return std::unexpected(done.error());
    return file;
  }
  static Result<NewFile> side_file(const fs::path& place, const ObjectAttributes& attributes) {
    return written(place, [&](NewFile& file) { return file.write(to_text(attributes)); });
  }

  /// Somebody was first. Who died between the two names left no side file: ours says the same.
  static Result<Stored> before(const fs::path& place, const ObjectAttributes& attributes) {
    if (std::error_code ignored; fs::exists(beside(place), ignored)) return Stored::before;
    auto side = side_file(place, attributes);
    if (!side) return std::unexpected(side.error());
    if (auto named = side->name(beside(place)); !named) return std::unexpected(named.error());
    return Stored::before;
  }

  const fs::path folder_;
  Clock& clock_;
};

Result<std::unique_ptr<ObjectStore>> make(const config::Parsed& parsed, aws::Session& session) {
  const auto& options = parsed.as<DirectoryStoreOptions>();
  return make_directory_store(fs::path(options.path) / options.container, session.clock());
}

std::optional<std::string> bad_folder(const DirectoryStoreOptions& options) {
  const auto& name = options.container;
  if (name.empty() || (check_object_key(name) && !name.contains('/'))) return std::nullopt;
  return "the name of one folder, without slashes";
}

}  // namespace

const config::Table& DirectoryStoreOptions::table() {
  static const config::Table table =
      config::describe<DirectoryStoreOptions>("directory", "Keeps clips in a folder of this machine.")
          .option("path", &DirectoryStoreOptions::path, "The folder; it is made when it is not there.")
          .required()
          .not_empty()
          .option("container", &DirectoryStoreOptions::container,
                  "A folder in it that stands for the bucket. Empty: `path` itself.")
          .rule(bad_folder);
  return table;
}

Result<std::unique_ptr<ObjectStore>> make_directory_store(const fs::path& folder, Clock& clock) {
  std::error_code trouble;
  const auto whole = fs::absolute(folder, trouble).lexically_normal();
  if (trouble) return disk_error(folder, "has no absolute path", trouble.value());
  if (auto made = make_folders(whole); !made) return std::unexpected(made.error());
  return std::make_unique<DirectoryStore>(whole, clock);
}

StoreKind directory_store_kind() { return {.options = DirectoryStoreOptions::table(), .make = make}; }

}  // namespace kinesight::storage
