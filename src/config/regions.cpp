#include "config/regions.h"

#include <fmt/format.h>

namespace kinesight::config {

std::vector<RegionOptions> read_regions(Section& parent, RegionNames& names, Demand demand, Report& report,
                                        const Environment& environment) {
  const YamlNode* node = parent.take("regions");
  const std::string path = parent.path_of("regions");
  std::vector<RegionOptions> regions;
  if (!node || node->kind == YamlNode::Kind::null) return regions;
  if (node->kind != YamlNode::Kind::list)
    report.error(node->line, path, fmt::format("expected a list of regions, found {}", found(*node)));
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    Section section(node->items[i], fmt::format("{}[{}]", path, i), report, environment);
    RegionOptions region;
    section.read(RegionOptions::table(), &region, demand);
    const YamlNode* name = section.take("name");
    section.finish();
    if (name && !region.name.empty()) {
      const auto [first, is_new] = names.emplace(region.name, name->line);
      if (!is_new) {
        report.error(
            name->line, section.path_of("name"),
            fmt::format("expected a name that no other region of the detector has, found {}, which is "
                        "on line {} already",
                        in_quotes(region.name), first->second));
      }
    }
    regions.push_back(std::move(region));
  }
  return regions;
}

}  // namespace kinesight::config
