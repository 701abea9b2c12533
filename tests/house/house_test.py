"""The rules themselves, tried on small trees that break them: a rule that cannot fail is no rule."""

import subprocess
import tempfile
import unittest
from pathlib import Path

import citations
import includes
import scenarios
import seeds
import shown
import simulated
import sources
import symbols


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, file: str, text: str) -> Path:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def assert_one(self, found: list[str], words: str):
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])


class Includes(Tree):
    def test_arrows_along_the_direction_are_fine(self):
        self.write("core/a.cc", '#include "core/a.h"\n#include <fmt/format.h>\n#include <array>\n')
        self.write("sim/a.cc", '#include "lang/world.h"\n#include "core/node.h"\n')
        self.write("cli/main.cc", '#include "sim/simulator.h"\n#include <CLI/CLI.hpp>\n#include <thread>\n')
        self.assertEqual(includes.problems(self.root), [])

    def test_an_arrow_against_the_direction_is_found(self):
        for folder, header in [("core", "lang/ast.h"), ("lang", "sim/simulator.h"), ("sim", "report/text.h"),
                               ("explore", "sim/simulator.h"), ("report", "explore/sweep.h"), ("core", "sim/x.h")]:
            with self.subTest(folder=folder, header=header):
                file = self.write(f"{folder}/a.h", f'// x\n  #  include "{header}"\n')
                self.assert_one(includes.problems(self.root), f"{folder}/a.h:2")
                file.unlink()

    def test_models_of_other_systems_see_the_port_of_the_core_only(self):
        self.write("sim/rules/a.cc", '#include "core/event.h"\n#include "sim/rules/head.h"\n')
        self.assertEqual(includes.problems(self.root), [])
        self.write("sim/rules/b.cc", '#include "sim/engine.h"\n')
        self.assert_one(includes.problems(self.root), "sim/rules/b.cc:1")

    def test_a_library_under_another_licence_stays_in_its_place(self):
        self.write("daemon/agents/ipmi/a.cc", "#include <freeipmi/freeipmi.h>\n")
        self.assertEqual(includes.problems(self.root), [])
        self.write("daemon/agents/b.cc", "#include <freeipmi/freeipmi.h>\n")
        self.assert_one(includes.problems(self.root), "daemon/agents/b.cc:1")

    def test_what_makes_runs_differ_is_found(self):
        for line in ["#include <random>", "#include <thread>", "#include <unordered_map>", "#include <iostream>",
                     "#include <unistd.h>", "#include <nlohmann/json.hpp>",
                     "auto t = std::chrono::steady_clock::now();", "std::hash<int> h;", "auto x = getenv(name);"]:
            with self.subTest(line=line):
                self.write("sim/a.cc", line + "\n")
                self.assert_one(includes.problems(self.root), "sim/a.cc:1")

    def test_only_the_parser_reads_files(self):
        self.write("lang/parse.cc", "#include <fstream>\n")
        self.write("core/parse.cc", "#include <fstream>\n")
        self.assert_one(includes.problems(self.root), "core/parse.cc:1")

    def test_a_clock_may_be_named_in_a_comment(self):
        self.write("core/time.h", "// not std::chrono::steady_clock\n")
        self.assertEqual(includes.problems(self.root), [])


class Symbols(Tree):
    def archive(self, code: str, name: str = "node.cc.o") -> Path:
        self.write("a.cc", code)
        subprocess.run(["g++", "-std=c++20", "-O1", "-c", "a.cc", "-o", name], cwd=self.root, check=True)
        subprocess.run(["ar", "rc", "lib.a", name], cwd=self.root, check=True)
        return self.root / "lib.a"

    def test_pure_code_is_fine(self):
        code = "#include <variant>\nint f(const std::variant<int, long>& v) { return std::get<int>(v); }"
        self.assertEqual(symbols.problems(self.archive(code)), [])

    def test_each_way_to_the_outside_is_found(self):
        for code, symbol in [
            ("#include <chrono>\nauto f() { return std::chrono::steady_clock::now(); }", "steady_clock::now"),
            ("#include <cstdlib>\nint f() { return rand(); }", "rand"),
            ("#include <cstdio>\nvoid f() { puts(\"x\"); }", "puts"),
            ("int* f() { return new int; }", "operator new"),
            ("#include <cstdlib>\nvoid* f() { return malloc(1); }", "malloc"),
            ("#include <sys/socket.h>\nint f() { return socket(1, 2, 3); }", "socket"),
        ]:
            with self.subTest(symbol=symbol):
                self.assert_one(symbols.problems(self.archive(code)), symbol)

    def test_text_may_be_made_where_a_configuration_is_refused(self):
        code = "#include <string>\nstd::string f(const char* s) { return std::string(s) + s; }"
        self.assertNotEqual(symbols.problems(self.archive(code)), [])
        (self.root / "lib.a").unlink()
        self.assertEqual(symbols.problems(self.archive(code, "config.cc.o")), [])

    def test_an_empty_archive_is_not_a_pure_one(self):
        subprocess.run(["ar", "rc", "lib.a"], cwd=self.root, check=True)
        self.assert_one(symbols.problems(self.root / "lib.a"), "no objects")


class Shown(Tree):
    def setUp(self):
        super().setUp()
        self.hasim = self.write("hasim", "#!/bin/sh\necho one core 12345678\necho two in 5.1 ms\necho three\n")
        self.hasim.chmod(0o755)

    def page(self, *lines):
        self.write("README.md", "\n".join(["It prints:", "```", "$ ./hasim run x", *lines, "```", ""]))
        return shown.problems(self.root, self.hasim)

    def test_a_part_of_what_it_prints_may_be_shown(self):
        self.assertEqual(self.page("one core 87654321", "two in 9 s"), [])
        self.assertEqual(self.page("three"), [])

    def test_what_it_does_not_print_is_found(self):
        self.assert_one(self.page("one core 87654321", "three"), "README.md:3: hasim run x does not print so: three")
        self.assert_one(self.page("two in 5 hours"), "two in 5 hours")


class Simulated(Tree):
    def setUp(self):
        super().setUp()
        self.write(simulated.VOCABULARY, 'FAULT(fault_a, "a")\nACTION(do_b, "b")\nOBSERVATION(see_c, "c")\n')
        self.write("sim/faults.cc", "case SentenceId::fault_a: return;\n")

    def test_what_the_simulator_names_is_fine(self):
        self.write("sim/more/actions.cc", "case SentenceId::do_b: return;\n")
        self.assertEqual(simulated.problems(self.root), [])

    def test_what_it_forgets_is_found(self):
        self.write("sim/actions.cc", "case SentenceId::do_bc: return;\n")
        self.assert_one(simulated.problems(self.root), "do_b")


class Sources(Tree):
    def test_a_file_that_says_its_purpose_is_fine(self):
        self.write("core/a.cc", "// What it is for.\nint beats_count;\n")
        self.assertEqual(sources.problems(self.root), [])

    def test_a_file_without_a_purpose_is_found(self):
        for file in ["report/a.h", "tests/core/a_test.cc", "scenarios/pair/a.scn", "tests/CMakeLists.txt", "ci/test"]:
            with self.subTest(file=file):
                path = self.write(file, "#!/bin/sh\nint x;\n" if file == "ci/test" else "int x;\n")
                self.assert_one(sources.problems(self.root), "purpose")
                path.unlink()

    def test_a_file_that_is_too_long_is_found(self):
        self.write("cli/main.cc", "// x\n" * 600)
        self.assertEqual(sources.problems(self.root), [])
        self.write("cli/main.cc", "// x\n" * 601)
        self.assert_one(sources.problems(self.root), "601 lines")

    def test_words_that_say_nothing_are_found(self):
        for line in ["class FenceManager;", "int beat_helper;", "void onHandler();", "namespace util {}"]:
            with self.subTest(line=line):
                self.write("lang/a.h", f"// x\n{line}\n")
                self.assert_one(sources.problems(self.root), "lang/a.h:2")

    def test_such_words_are_found_in_file_names(self):
        self.write("sim/string_util.h", "// x\n")
        self.assert_one(sources.problems(self.root), "string_util")

    def test_comments_and_strings_may_use_any_word(self):
        self.write("sim/a.h", '// a helper\nauto s = "window manager";\n')
        self.assertEqual(sources.problems(self.root), [])


class Seeds(Tree):
    ROW = "| a night | `pair` | [both](../scenarios/others/a.scn) | [one](../scenarios/others/b.scn) |\n"

    def setUp(self):
        super().setUp()
        self.write("scenarios/worlds/pair.world", "# x\nworld    pair\n")
        self.write("scenarios/others/a.scn", "world    pair running bcm_rules\n")
        self.write("scenarios/others/b.scn", "world    pair\n")
        self.page(self.ROW)

    def page(self, row: str):
        self.write(seeds.PAGE, " ".join(seeds.SYSTEMS) + "\n" + row)

    def test_a_page_that_is_true_is_fine(self):
        self.assertEqual(seeds.problems(self.root), [])

    def test_a_dead_name_is_found(self):
        self.page(self.ROW.replace("b.scn", "c.scn"))
        self.assert_one(seeds.problems(self.root), "there is no scenarios/others/c.scn")

    def test_a_scenario_in_another_world_or_under_other_rules_is_found(self):
        self.write("scenarios/others/b.scn", "world    bcm\n")
        self.assert_one(seeds.problems(self.root), "is in the world bcm")
        self.write("scenarios/others/b.scn", "world    pair running xcat_rules\n")
        self.assert_one(seeds.problems(self.root), "runs xcat_rules")

    def test_a_scenario_or_a_world_that_the_page_forgets_is_found(self):
        self.write("scenarios/slurm/c.scn", "world    pair running slurm_rules\n")
        self.assert_one(seeds.problems(self.root), "does not name scenarios/slurm/c.scn")
        self.write(seeds.REAL, "[c](../scenarios/slurm/c.scn)\n")
        self.assertEqual(seeds.problems(self.root), [])
        (self.root / "scenarios/slurm/c.scn").unlink()
        self.write("scenarios/worlds/slurm.world", 'world    slurm\nsource   "seed 003"\n')
        self.assert_one(seeds.problems(self.root), "world slurm")


class Citations(Tree):
    def setUp(self):
        super().setUp()
        self.write("docs/protocol.md", "## 5. Joining\n- **5.2** Admission.\n- **D1** Echo.\n| V3 | a word | 7.4 |\n")

    def test_what_the_page_has_may_be_cited(self):
        self.write("core/a.cc", "// PROTOCOL §5, §5.2, D1 and V3; catalogue [BM07]; proofs P1 to P4.\n")
        self.assertEqual(citations.problems(self.root), [])

    def test_what_it_does_not_have_is_found(self):
        for words in ["PROTOCOL §6", "§5.3", "by rule D2", "see V4", "LANGUAGE §2", "UX §1.2", "VOCABULARY V5"]:
            with self.subTest(words=words):
                self.write("core/a.cc", f"int x;  // {words}\n")
                self.assertTrue(citations.problems(self.root)[0].startswith("core/a.cc:1: cites"))


class Scenarios(Tree):
    GOOD = 'scenario "x"\nsource   "hasim"\ntags     power\nworld    pair\n'

    def test_a_registered_file_with_all_headers_is_fine(self):
        self.write("scenarios/pair/a.scn", self.GOOD)
        self.assertEqual(scenarios.unregistered(self.root, ["scenarios/pair/a.scn"]), [])
        self.assertEqual(scenarios.header_problems(self.root), [])

    def test_a_forgotten_file_is_found(self):
        self.write("scenarios/pair/a.scn", self.GOOD)
        self.assert_one(scenarios.unregistered(self.root, []), "has no test")

    def test_a_file_that_is_gone_is_found(self):
        self.write("scenarios/pair/a.scn", self.GOOD)
        both = ["scenarios/pair/a.scn", "scenarios/pair/b.scn"]
        self.assert_one(scenarios.unregistered(self.root, both), "is gone")

    def test_a_file_without_source_or_tags_is_found(self):
        for header in ["source", "tags"]:
            with self.subTest(header=header):
                self.write("scenarios/pair/a.scn", self.GOOD.replace(header, "#"))
                self.assert_one(scenarios.header_problems(self.root), header)

    def test_a_layout_that_differs_is_reported_in_the_words_of_hasim(self):
        hasim = self.write("hasim", "#!/bin/sh\necho 3 lines differ; exit 1\n")
        hasim.chmod(0o755)
        self.assertEqual(scenarios.layout_problems(self.root, hasim), ["3 lines differ"])


if __name__ == "__main__":
    unittest.main()
