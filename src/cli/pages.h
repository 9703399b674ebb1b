// The pages of docs/reference/, made from the tables, so that no fact stands in two places.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/components.h"
#include "cli/subcommand.h"

namespace kinesight::cli {

/// A file of docs/reference/.
struct Page {
  std::string file;  ///< Its name: "metrics.md".
  std::string text;  ///< Markdown.
};

/// cameras.yaml: every key of the file, and the options of every component.
Page cameras_page(const Components& components);
/// clips.yaml.
Page clips_page(const Components& components);
/// The program: its subcommands by group.
Page program_page(std::span<const Subcommand> subcommands);
/// One subcommand: its usage and options.
Page subcommand_page(const Subcommand& subcommand);
/// Every metric.
Page metrics_page();

/// All of them.
std::vector<Page> reference_pages(const Components& components, std::span<const Subcommand> subcommands);

}  // namespace kinesight::cli
