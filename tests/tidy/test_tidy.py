"""Each house rule, proved by a case that breaks it; and the tree itself, which breaks none."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

CLEAN = {
    "src/base/clock.h": """\
// Time.
#pragma once
#include <string>
namespace kinesight {

struct Later;
using Name = std::string;
inline constexpr int kTicks = 10'000;

/// A clock.
class Clock {
 public:
  int undocumented_member() const { return 1; }
};

/// What it can be.
enum class State { good, bad };

/// Reads it.
bool read(int& into);
bool read(double& into);
bool read(std::string& into,
          const Name& name = {});

/// The time.
template <class T>
T now(T offset = T{}) {
  return offset;  // struct X { is only a comment
}
int beside();  ///< Documented beside it.

inline void Later_does() ;  ///< Odd spacing is no matter here.
}  // namespace kinesight
""",
    "src/video/source.cpp": """\
#include "video/source.h"
#include <libavformat/avformat.h>
#include "base/clock.h"
#include "config/table.h"
""",
    "src/video/source.h": "#pragma once\n",
    "src/config/table.h": "#pragma once\n",
    "src/vision/engine.cpp": "#include <openvino/openvino.hpp>\n",
    "src/net/client.cpp": "#include <curl/curl.h>\n",
    "src/main.cpp": '#include "cli/run.h"\n',
    "src/video/file.cpp": """\
const config::Table table = config::describe<FileOptions>("file", "Plays (a) file.")
    .option("path", &FileOptions::path, "The file, or ')' for none.").required()
    .choice("pace", &FileOptions::pace, {{"max", Pace::max}, {"realtime", Pace::realtime}}, "How fast, "
            "or slow.")
    .choice("decode", &FileOptions::decode, kDecodeWords, kDecodeHelp);
""",
    "tests/base/clock_test.cpp": '#include "anything/at_all.h"\n',
    "README.md": "Runs in ./data; see https://example.com/home/people and src/work/plan.\n",
}


def tidy(root):
    run = subprocess.run([sys.executable, HERE / "tidy.py", root], capture_output=True, text=True, timeout=60)
    assert run.stderr == ""
    assert run.returncode == (1 if run.stdout else 0)
    return run.stdout.splitlines()


@pytest.fixture
def tree(tmp_path):
    """tree(path, text): the breaches of a clean tree in which one file holds `text`."""

    def breaches(path=None, text=None):
        for name, content in {**CLEAN, **({path: text} if path else {})}.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        return tidy(tmp_path)

    return breaches


def test_this_tree_is_clean():
    assert tidy(ROOT) == []


def test_clean_tree_has_no_breach(tree):
    assert tree() == []


def test_include_from_a_higher_rank(tree):
    assert tree("src/base/a.cpp", '\n#include "video/source.h"\n') == [
        "src/base/a.cpp:2: base (rank 0) includes video/source.h (rank 4); only lower ranks are allowed"]


def test_include_from_the_same_rank(tree):
    assert tree("src/video/a.cpp", '#include "storage/database.h"\n') == [
        "src/video/a.cpp:1: video (rank 4) includes storage/database.h (rank 4); only lower ranks are allowed"]


def test_include_without_its_folder(tree):
    assert tree("src/video/a.cpp", '#include "source.h"\n') == [
        'src/video/a.cpp:1: expected an include by "folder/file.h" from src/, found "source.h"']


def test_folder_without_a_rank(tree):
    assert tree("src/utils/a.cpp", "\n") == [
        "src/utils/a.cpp:1: the folder src/utils has no rank; give it one in tests/tidy/tidy.py"]


@pytest.mark.parametrize("header, library, owner", [
    ("libavcodec/avcodec.h", "libav", "video"), ("libswscale/swscale.h", "libav", "video"),
    ("openvino/runtime/core.hpp", "OpenVINO", "vision"), ("curl/curl.h", "libcurl", "net"),
    ("simdjson.h", "simdjson", "aws and src/stream")])
def test_library_outside_its_folder(tree, header, library, owner):
    assert tree("src/infer/a.cpp", f"#include <{header}>\n") == [
        f"src/infer/a.cpp:1: {library} is included outside src/{owner}: {header}"]


@pytest.mark.parametrize("declaration, name", [
    ("class Thing {\n  int x;\n};", "Thing"),
    ("struct alignas(8) Thing { int x = 0; };", "Thing"),
    ("enum class Kind { a, b };", "Kind"),
    ("template <class T, int N = 3>\nstruct Pair {};", "Pair"),
    ("int count(const std::string& text);", "count"),
    ("inline int count() { return 1; }", "count"),
    ("template <class T>\nstd::vector<T> make(std::function<void(T)> f = {});", "make"),
    ("constexpr bool operator==(A a, A b) { return true; }", "operator=="),
    ("// Not a doc comment.\nint count();", "count"),
    ("/// Of another.\n\nint count();", "count"),
    ("/// Documented.\nint one();\nint other();", "other")])
def test_declaration_without_doc_comment(tree, declaration, name):
    text = f"#pragma once\nnamespace kinesight::base {{\n\n{declaration}\n\n}}  // namespace\n"
    found = tree("src/base/a.h", text)
    assert len(found) == 1
    assert found[0].endswith(f": {name} has no doc comment (///)")
    line = int(found[0].split(":")[1])
    assert name in " ".join(text.splitlines()[line - 1:line + 1])


@pytest.mark.parametrize("row, key", [
    ('.option("path", &O::path, "")', "path"),
    ('.option("path", &O::path, " "\n  "")', "path"),
    ('.choice("pace", &O::pace, {{"a", A::a}, {"b", A::b}}, "").required()', "pace")])
def test_option_without_help(tree, row, key):
    text = f'auto t = config::describe<O>("o", "Does.")\n    {row};\n'
    assert tree("src/video/a.cpp", text) == [f"src/video/a.cpp:2: option {key} has no help text"]


def test_file_that_is_too_long(tree):
    assert tree("src/base/a.cpp", "\n" * 400) == []
    assert tree("src/base/a.cpp", "\n" * 401) == ["src/base/a.cpp:401: 401 lines; a file has at most 400"]


@pytest.mark.parametrize("folder", ["work", "root", "home", "Users", "tmp"])
def test_path_of_one_machine(tree, folder):
    path = f"/{folder}/someone"
    assert tree("docs/a.md", f"Fine.\nSee {path}/notes.\n") == [f"docs/a.md:2: a path of one machine: {path}"]


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME"])
def test_unfinished_work(tree, word):
    assert tree("src/base/a.cpp", f"int a;  // {word}: later\n") == [
        f"src/base/a.cpp:1: {word}: do it, or open an issue"]


def test_wrong_usage():
    run = subprocess.run([sys.executable, HERE / "tidy.py"], capture_output=True, text=True, timeout=60)
    assert run.returncode != 0
    assert "usage" in run.stderr
