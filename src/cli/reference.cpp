// kinesight reference: writes the pages of docs/reference/.
#include <fmt/ostream.h>

#include <filesystem>
#include <fstream>
#include <ostream>

#include "cli/pages.h"
#include "cli/subcommands.h"

namespace kinesight::cli {
namespace {

struct ReferenceOptions {
  std::string output;

  static const config::Table& table() {
    static const config::Table table =
        config::describe<ReferenceOptions>("reference",
                                           "Write the reference pages, made from the option tables.")
            .option("output", &ReferenceOptions::output,
                    "The folder for the pages; made when it is not there.")
            .required()
            .not_empty()
            .value_name("FOLDER");
    return table;
  }
};

Result<> write(const std::filesystem::path& folder, const Page& page) {
  const std::filesystem::path path = folder / page.file;
  std::ofstream file(path, std::ios::binary);
  file << page.text;
  file.close();
  if (!file) return fail(ErrorKind::unavailable, "cannot write {}", path.string());
  return {};
}

int run_reference(const config::Parsed& parsed, Context& context) {
  const std::filesystem::path folder = parsed.as<ReferenceOptions>().output;
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) {
    fmt::print(context.err, "kinesight reference: cannot make {}: {}\n", folder.string(), problem.message());
    return kFailed;
  }
  const auto pages = reference_pages(context.components, subcommands());
  for (const Page& page : pages) {
    if (const auto done = write(folder, page); !done) {
      fmt::print(context.err, "kinesight reference: {}\n", done.error().message);
      return kFailed;
    }
  }
  fmt::print(context.out, "{}: {} pages\n", folder.string(), pages.size());
  return kOk;
}

}  // namespace

Subcommand reference_subcommand() { return {ReferenceOptions::table(), Group::development, run_reference}; }

}  // namespace kinesight::cli
