// What a person at a terminal meets: help, arguments that are wrong, exit codes.
#include <gmock/gmock.h>

#include "cli/command_line.h"

namespace kinesight::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Which colour.
enum class Colour { red, green };

/// Arguments of every shape.
struct PaintOptions {
  std::string wall;
  double coats = 1;
  bool dry_run = false;
  Colour colour = Colour::red;
  std::vector<std::string> rooms;
  std::string key;
  std::optional<int> days;
  static const config::Table& table();
};

const config::Table& PaintOptions::table() {
  static const config::Table table =
      config::describe<PaintOptions>("paint", "Paint a wall.")
          .option("wall", &PaintOptions::wall, "Which wall.")
          .required()
          .not_empty()
          .value_name("WALL")
          .option("coats", &PaintOptions::coats, "How often.")
          .range(1, 3)
          .option("dry_run", &PaintOptions::dry_run, "Only say what would be done.")
          .choice("colour", &PaintOptions::colour, {{"red", Colour::red}, {"green", Colour::green}},
                  "Which colour.")
          .env("PAINT_COLOUR")
          .option("rooms", &PaintOptions::rooms, "In which rooms.")
          .option("key", &PaintOptions::key, "The key to the house.")
          .secret()
          .not_empty()
          .option("days", &PaintOptions::days, "For how many days.")
          .rule([](const PaintOptions& options) -> std::optional<std::string> {
            if (!options.days || *options.days >= options.coats) return std::nullopt;
            return "at least a day for each coat";
          });
  return table;
}

int paint(const config::Parsed& parsed, Context& context) {
  const auto& options = parsed.as<PaintOptions>();
  context.out << options.wall << ' ' << options.coats << ' ' << options.dry_run << ' '
              << (options.colour == Colour::red ? "red" : "green");
  for (const std::string& room : options.rooms) context.out << ' ' << room;
  if (options.days) context.out << " days=" << *options.days;
  return kOk;
}

struct NoOptions {
  static const config::Table& drying() {
    static const config::Table table = config::describe<NoOptions>("watch drying", "Watch paint dry.");
    return table;
  }
  static const config::Table& mix() {
    static const config::Table table = config::describe<NoOptions>("mix", "Mix paint.");
    return table;
  }
  static const config::Table& mix_well() {
    static const config::Table table = config::describe<NoOptions>("mix well", "Mix it for long.");
    return table;
  }
};

/// Words without a flag.
struct HangOptions {
  std::vector<std::string> pictures;
  bool straight = false;
  static const config::Table& table() {
    static const config::Table table = config::describe<HangOptions>("hang", "Hang pictures.")
                                           .option("pictures", &HangOptions::pictures, "The pictures.")
                                           .operand()
                                           .required()
                                           .value_name("PICTURE")
                                           .option("straight", &HangOptions::straight, "Hang them straight.");
    return table;
  }
};

Ran hung(const std::vector<std::string>& arguments) {
  const std::vector<Subcommand> commands = {
      {HangOptions::table(), Group::jobs, [](const config::Parsed& parsed, Context& context) -> int {
         context.out << (parsed.as<HangOptions>().straight ? "straight" : "crooked");
         for (const auto& picture : parsed.as<HangOptions>().pictures) context.out << ' ' << picture;
         return kOk;
       }}};
  return kinesight_run(arguments, {}, commands);
}

Ran painted(const std::vector<std::string>& arguments, std::map<std::string, std::string> variables = {}) {
  const std::vector<Subcommand> commands = {
      {PaintOptions::table(), Group::jobs, paint},
      {NoOptions::drying(), Group::around,
       [](const config::Parsed&, Context& context) -> int {
         context.out << "dry";
         return kFailed;
       }},
      {NoOptions::mix(), Group::around,
       [](const config::Parsed&, Context& context) -> int {
         context.out << "mixed";
         return kOk;
       }},
      {NoOptions::mix_well(), Group::around, [](const config::Parsed&, Context& context) -> int {
         context.out << "mixed well";
         return kOk;
       }}};
  return kinesight_run(arguments, std::move(variables), commands);
}

TEST(Run, ReadsArgumentsOfEveryShape) {
  EXPECT_EQ(painted({"paint", "--wall", "north"}).out, "north 1 0 red");
  const Ran all = painted({"paint", "--wall=a b", "--coats", "2.5", "--dry-run", "--colour", "green",
                           "--rooms", "hall", "--rooms", "attic", "--days", "3"});
  EXPECT_EQ(all.out, "a b 2.5 1 green hall attic days=3");
  EXPECT_EQ(all.err, "");
  EXPECT_EQ(all.code, kOk);
}

TEST(Run, TheEnvironmentFillsWhatIsNotGiven) {
  EXPECT_EQ(painted({"paint", "--wall", "n"}, {{"PAINT_COLOUR", "green"}}).out, "n 1 0 green");
  EXPECT_EQ(painted({"paint", "--wall", "n", "--colour", "red"}, {{"PAINT_COLOUR", "green"}}).out,
            "n 1 0 red");
  EXPECT_EQ(painted({"paint", "--wall", "n"}, {{"PAINT_COLOUR", "greem"}}).err,
            "kinesight paint: --colour: expected one of red, green, found 'greem' in environment variable "
            "PAINT_COLOUR; "
            "did you mean 'green'?\nSee 'kinesight paint --help'.\n");
}

TEST(Run, ReportsEveryWrongArgumentAtOnce) {
  const Ran ran = painted({"paint", "--coat", "2", "--colour", "blue", "--coats=9", "stray", "--dry-run=7"});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_EQ(ran.out, "");
  EXPECT_THAT(ran.err, HasSubstr("unknown option '--coat'; did you mean '--coats'?"));
  EXPECT_THAT(ran.err, HasSubstr("unexpected argument 'stray'"));
  EXPECT_THAT(ran.err, HasSubstr("--wall: expected a string that is not empty, found nothing"));
  EXPECT_THAT(ran.err, HasSubstr("--colour: expected one of red, green, found 'blue'"));
  EXPECT_THAT(ran.err, HasSubstr("--coats: expected a number from 1 to 3, found '9'"));
  EXPECT_THAT(ran.err, HasSubstr("--dry-run: expected true or false, found '7'"));
  EXPECT_THAT(ran.err, HasSubstr("See 'kinesight paint --help'."));
}

TEST(Run, OtherWaysToGetArgumentsWrong) {
  EXPECT_THAT(painted({"paint", "--wall", "a", "--wall", "b"}).err,
              HasSubstr("--wall: expected once, found 2 times"));
  EXPECT_THAT(painted({"paint", "--wall"}).err, HasSubstr("--wall: expected a value, found nothing"));
  EXPECT_THAT(painted({"paint", "--wall", ""}).err,
              HasSubstr("--wall: expected a string that is not empty, found ''"));
  EXPECT_THAT(painted({"paint", "--wall", "a", "-x"}).err, HasSubstr("unknown option '-x'"));
  EXPECT_THAT(painted({"paint", "--wall", "a", "--coats", "2", "--days", "1"}).err,
              HasSubstr("--days: expected at least a day for each coat"));
  EXPECT_THAT(painted({"paint", "--wall", "a", "--coats", "-2"}).err,
              HasSubstr("expected a number from 1 to 3, found '-2'"));
}

TEST(Run, WordsWithoutAFlagAreOperands) {
  EXPECT_EQ(hung({"hang", "a.jpg", "--straight", "b.jpg"}).out, "straight a.jpg b.jpg");
  EXPECT_EQ(hung({"hang", "--", "a.jpg", "-b.jpg", "--straight"}).out, "crooked a.jpg -b.jpg --straight");
  EXPECT_EQ(hung({"hang", "a", "--", "-b"}).out, "crooked a -b");
  EXPECT_EQ(
      hung({"hang"}).err,
      "kinesight hang: PICTURE: expected a list of strings, found nothing\nSee 'kinesight hang --help'.\n");
  EXPECT_THAT(hung({"hang", "-x", "a"}).err, HasSubstr("unknown option '-x'"));
  EXPECT_THAT(hung({"hang", "--pictures", "a"}).err, HasSubstr("unknown option '--pictures'"));
  EXPECT_THAT(hung({"hang", "--help"}).out, HasSubstr("usage: kinesight hang [--straight] PICTURE...\n"));
  EXPECT_THAT(hung({"hang", "--help"}).out, HasSubstr("PICTURE...   The pictures. Required.\n"));
}

TEST(Run, UnknownCommandNamesTheNearest) {
  const Ran ran = painted({"pant"});
  EXPECT_EQ(ran.code, kInvalid);
  EXPECT_EQ(ran.err,
            "kinesight: 'pant' is not a kinesight command; did you mean 'paint'?\nSee 'kinesight --help'.\n");
  EXPECT_THAT(painted({"watch", "dying"}).err, HasSubstr("did you mean 'watch drying'?"));
  EXPECT_THAT(painted({"--verbose"}).err, HasSubstr("'--verbose' is not a kinesight option"));
}

TEST(Run, CommandOfTwoWordsAndItsExitCode) {
  const Ran ran = painted({"watch", "drying"});
  EXPECT_EQ(ran.out, "dry");
  EXPECT_EQ(ran.code, kFailed);
  EXPECT_THAT(painted({"watch"}).out, HasSubstr("watch drying   Watch paint dry."));
}

TEST(Run, ACommandMayBeTheFirstWordOfOthers) {
  EXPECT_EQ(painted({"mix"}).out, "mixed");
  EXPECT_EQ(painted({"mix", "well"}).out, "mixed well");
  EXPECT_THAT(painted({"mix", "wel"}).err,
              HasSubstr("'mix wel' is not a kinesight command; did you mean 'mix well'?"));
  EXPECT_THAT(painted({"mix", "--fast"}).err, HasSubstr("kinesight mix: unknown option '--fast'"));
  const std::string help = painted({"mix", "--help"}).out;
  EXPECT_THAT(help, HasSubstr("usage: kinesight mix"));
  EXPECT_THAT(help, HasSubstr("mix well   Mix it for long."));
  EXPECT_THAT(painted({"mix", "well", "--help"}).out, HasSubstr("usage: kinesight mix well"));
}

TEST(Run, MainHelpListsJobsFirst) {
  const Ran ran = painted({"--help"});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_THAT(ran.out, HasSubstr("usage: kinesight <command> [options]"));
  EXPECT_LT(ran.out.find("Jobs\n   paint"), ran.out.find("Around them\n   watch drying"));
  EXPECT_EQ(painted({"help"}).out, ran.out);
  EXPECT_EQ(painted({"-h"}).out, ran.out);
  const Ran nothing = painted({});
  EXPECT_EQ(nothing.code, kInvalid) << "nothing was asked for";
  EXPECT_EQ(nothing.err, ran.out);
}

TEST(Run, HelpOfACommandComesFromItsTable) {
  const Ran ran = painted({"paint", "--help"});
  EXPECT_EQ(ran.code, kOk);
  EXPECT_EQ(ran.out,
            R"(usage: kinesight paint --wall WALL [--coats N] [--dry-run] [--colour red|green] [--rooms TEXT]
          [--key TEXT] [--days N]

Paint a wall.

Options
   --wall WALL          Which wall. Required.
   --coats N            How often. Allowed: from 1 to 3. Default: 1.
   --dry-run            Only say what would be done.
   --colour red|green   Which colour. Default: red. Environment: PAINT_COLOUR.
   --rooms TEXT         In which rooms. May be repeated.
   --key TEXT           The key to the house.
   --days N             For how many days.
   --help               Shows this.
)");
  EXPECT_EQ(painted({"help", "paint"}).out, ran.out);
  EXPECT_EQ(painted({"paint", "--nonsense", "--help"}).out, ran.out) << "help wins over mistakes";
}

TEST(Run, Version) { EXPECT_THAT(painted({"--version"}).out, testing::MatchesRegex("kinesight [0-9.]+\n")); }

TEST(Run, EveryCommandOfTheProductExplainsItself) {
  const std::string help = kinesight_run({"--help"}).out;
  for (const Subcommand& subcommand : subcommands()) {
    EXPECT_THAT(help, HasSubstr("   " + subcommand.name() + " "));
    for (const config::Option& option : subcommand.options.options()) {
      EXPECT_THAT(option.help, testing::EndsWith(".")) << subcommand.name() << " " << option.key;
    }
  }
}

}  // namespace
}  // namespace kinesight::cli
