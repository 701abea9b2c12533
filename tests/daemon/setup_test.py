"""hacore-setup as a person meets it: the real program at a terminal of its own, and without one."""

import os
import re
import signal
import termios
import time
import unittest

from setup_head import ANSWERS, FILE, HERE, PASSWORD, SECOND_PASSWORD, Setup, make_network


def setUpModule():
    make_network()


class Conversation(Setup):
    def test_writes_what_was_answered_on_both_heads(self):
        screen = self.done(self.set_up())
        self.assertIn("this is " + HERE, screen)
        for good in ("bond0 carries 10.141.255.251/16", "nobody answers for 10.141.255.254", "other answers by ssh",
                     "10.141.255.200:/export/home can be mounted at /home", f"the BMC of {HERE} tells its power: on",
                     "each of 50 races in the store has one winner", "10.141.255.253 answers ping",
                     "there is the unit slurmctld.service", "hacored on other accepts it", "Store has its lease files"):
            self.assertRegex(screen, re.escape(good) + r"\.+ \[ OK \]")
        self.assertNotIn("[FAIL]", screen)
        self.assertIn("systemctl enable --now hacored", screen)
        self.assertIn("hactl drill HEAD", screen)
        for secret in (PASSWORD, SECOND_PASSWORD):
            self.assertNotIn(secret, screen)
        self.assertIn("a store", self.assert_good())
        self.assertEqual((self.mode("here/key"), self.mode("here/secrets.toml")), (0o600, 0o600))
        self.assertEqual(self.config.with_name("hacore.toml.old").read_text(), self.first_config)
        for name in ("key", "secrets.toml", "hacore.toml"):
            self.assertEqual((self.folder / "here" / name).read_bytes(), (self.folder / "there" / name).read_bytes())
            self.assertEqual(self.mode(f"here/{name}"), self.mode(f"there/{name}"))
        self.assertEqual({path.name for path in (self.folder / "here").iterdir()},
                         {"key", "secrets.toml", "hacore.toml", "hacore.toml.old"})
        self.assertEqual(len((self.folder / "here/key").read_bytes()), 32)
        text = self.config.read_text()
        for line in ('chassis = "4c4c4544-0001"', 'password = { secret = "bmc2" }', 'directory = "/cm/shared"',
                     'address = "10.141.255.254/16"', f'heads = ["{HERE}", "other"]'):
            self.assertIn(line, text)
        self.assertNotIn("s3cret", text)
        self.assertEqual((self.folder / "fence.log").read_text(),
                         "10.150.0.1 hacore  status\n10.150.0.2 hacore  status\n"
                         "10.150.0.1 hacore  status\n", "the last one is the other head's")

    def test_asks_again_with_the_reason(self):
        person = self.start()
        wrong = {
            "Name of the cell": [("", "it cannot be left out"), ("-", "cannot be left out"),
                                 ("a b", "\"a b\" is not"),
                                 ("?", "of cells on one network each has its own name")],
            "Second head": [("-other", "is not a value of second")],
            "Interface": [("bond0 bond1 bond2", "3 values"), ("a/b", "is not a value of interface")],
            "Address of other": [("10.141.255", "an IPv4 or IPv6 address"), ("10.141.255.1/16", "without the length")],
            "Virtual address": [("10.141.255.254/99", "is not a value of"), ("nonsense", "is not a value of virtual")],
            "Mounts [none]": [("/home", "is not DIRECTORY=SERVER:/EXPORT"), ("home=nas:/home", "is not DIRECTORY="),
                              ("/home=nas", "is not DIRECTORY=")],
            "Fence agent [fence_hacore_ipmi]": [("fence fake", "is not a value of agent")],
            "User": [("a b c", "3 values")],
            "Store [none]": [("10.1.1.1:/export", "nfs://SERVER/EXPORT/FOLDER")],
            "Voters [none]": [("10.141.0.1 node2", "\"node2\" is not a value of voters")],
            "Watchdog [none]": [("watchdog0", "is not a value of watchdog")],
            "Scripts [none]": [("cmdaemon", "is not a value of scripts")],
        }
        asked = 0
        for question, line in ANSWERS:
            for slip, reason in wrong.get(question, []):
                person.answer(question, slip)
                person.expect(reason)
                asked += 1
            if question == f"Password, of {HERE}":
                person.answer(question, "")
                person.expect("it cannot be left out")
            person.answer(question, line.replace("FOLDER", str(self.folder)))
        self.assertGreaterEqual(asked, 20)
        self.done(person)
        self.assert_good()

    def test_tests_as_it_goes_and_lets_what_failed_be_answered_again(self):
        person = self.start()
        again = "Answer again, or keep it? [a]gain, [k]eep [a]"
        for question, line in ANSWERS[:3]:
            person.answer(question, line)
        questions = ("Interface", f"Address of {HERE}", "Address of other", "Virtual address")
        for slips, reason in [(["bond7", "10.141.255.251", "10.141.255.252", "10.141.255.254/16"], "this head has: b"),
                              (["bond0", "", "10.142.255.252", "10.141.255.254"], "would not hear each other"),
                              (["", "", "10.141.255.252", "10.99.0.1/16"], "nobody in that network would find it"),
                              (["", "", "", "10.141.255.77"], "answers for 10.141.255.77 on bond0")]:
            for question, line in zip(questions, slips):
                person.expect(question)
                person.expect(": ")
                person.type(line)
            person.expect("[FAIL]")
            person.expect(reason)
            person.answer(again, "")
        for line in ("", "", "", "10.141.255.254"):
            person.expect(": ")
            person.type(line)
        person.expect("nobody answers for 10.141.255.254")
        for question, line in ANSWERS[7:12]:
            person.answer(question, line)
        person.answer("Mounts [none]", "/home=10.141.255.200:/nowhere")
        person.answer("NFS options [vers=3,hard,proto=tcp]", "")
        person.expect("no such export")
        person.answer(again, "x")
        person.expect("a or k")
        person.answer(again, "a")
        person.answer("Mounts [/home=10.141.255.200:/nowhere]", "/home=10.141.255.200:/squashed")
        person.answer("NFS options [vers=3,hard,proto=tcp]", "")
        person.expect("the export needs no_root_squash")
        person.answer(again, "k")
        self.fences(person, again)
        for question, line in ANSWERS[20:]:
            person.answer(question, line.replace("FOLDER", str(self.folder)))
        screen = self.done(person)
        self.assertIn("not so: root may write to 10.141.255.200:/squashed", screen)

    def fences(self, person, again):
        def answer(agent, first, second, password, second_password):
            for line in (agent, first, second, "hacore", password, second_password):
                person.expect(": ")
                person.type(line)

        answer("fence_absent", "10.150.0.1", "10.150.0.2", PASSWORD, SECOND_PASSWORD)
        person.expect("there is no program fence_absent")
        person.answer(again, "")
        answer("fence_fake", "", "10.150.0.3", "wrong-word", "")
        person.expect("login with \"…\" refused")
        person.expect("no route to 10.150.0.3")
        person.answer(again, "")
        answer("", "", "10.150.0.1", PASSWORD, PASSWORD)
        person.expect("both say that they switch 4c4c4544-0001")
        person.answer(again, "")
        (self.folder / "off").touch()
        answer("", "", "10.150.0.2", "", SECOND_PASSWORD)
        person.expect("this head runs: it is the BMC of another machine")
        person.expect("right if that head is off")
        (self.folder / "off").unlink()
        person.answer(again, "")
        answer("", "", "", "", "")
        self.assertNotIn("wrong-word", person.screen)

    def test_goes_back_a_question_and_a_step(self):
        person = self.start()
        person.answer("Name of the cell", "b")  # there is nothing before it
        person.answer("Name of the cell", "demi")
        person.answer(f"First head [{HERE}]", "b")
        person.answer("Name of the cell [demi]", "demo")
        for question, line in ANSWERS[1:3]:
            person.answer(question, line)
        person.answer("Interface", "b")
        person.answer("Name of the cell [demo]", "")
        person.answer(f"First head [{HERE}]", "")
        person.answer("Second head [other]", "")
        for question, line in ANSWERS[3:]:
            person.answer(question, line.replace("FOLDER", str(self.folder)))
        self.done(person)
        self.assert_good()
        self.assertIn('cell = "demo"', self.config.read_text())

    def test_skips_a_step_that_may_be_left_out_and_no_other(self):
        person = self.start()
        person.answer("Name of the cell", "s")
        person.expect('"Name of the cell" needs an answer')
        for question, line in ANSWERS[:7]:
            person.answer(question, line)
        person.answer("Interface [none]", "bond1")
        person.answer(f"Address of {HERE} [10.150.255.251]", "")
        person.answer("Address of other", "s")  # all of the management network, then
        person.answer("Interface [none]", "s")
        person.answer("Mounts [none]", "s")
        for question, line in ANSWERS[14:]:
            person.answer(question, line.replace("FOLDER", str(self.folder)))
        self.done(person)
        text = self.config.read_text()
        self.assertNotIn("bond1", text)
        self.assertNotIn("/home", text)

    def test_does_not_go_on_with_what_hacored_refuses(self):
        person = self.start()
        for question, line in ANSWERS:
            if question == "Virtual address [none]":  # that of the other network, once more
                person.answer(question, "10.141.255.254/16")
                person.answer("Answer again, or keep it? [a]gain, [k]eep [a]", "k")
            else:
                person.answer(question, line.replace("FOLDER", str(self.folder)))
        person.expect("10.141.255.254 is in use already")
        for line in ("c", "0", "10"):
            person.expect("Continue? [e]xit, or the number of a step")
            person.type(line)
        person.type("e")
        self.assertEqual(person.end(), 1)
        self.assert_untouched()

    def test_is_left_by_ctrl_c_and_leaves_nothing_behind(self):
        for count in (0, 3, 12, 18, len(ANSWERS)):
            with self.subTest(answered=count):
                person = self.start()
                for question, line in ANSWERS[:count]:
                    person.answer(question, line.replace("FOLDER", str(self.folder)))
                person.expect(f"{ANSWERS[count][0]}: " if count < len(ANSWERS) else "Continue? ")
                os.write(person.terminal, b"\x03")
                self.assertEqual(person.end(), 130)
                self.assertIn("left. Nothing was changed", person.screen)
                self.assert_untouched()

    def test_is_left_by_ctrl_c_while_a_test_hangs(self):
        person = self.start()
        for question, line in ANSWERS[:14]:
            person.answer(question, line)
        for line in ("fence_fake", "10.9.9.9", "10.150.0.2", "hacore", PASSWORD, ""):
            person.expect(": ")
            person.type(line)
        log = self.folder / "fence.log"
        while not log.exists() or "10.9.9.9" not in log.read_text():
            time.sleep(0.01)
        os.write(person.terminal, b"\x03")
        self.assertEqual(person.end(), 130)
        self.assert_untouched()

    def test_shows_the_letters_again_after_a_password(self):
        person = self.start()
        for question, line in ANSWERS[:18]:
            person.answer(question, line)
        person.expect(f"Password, of {HERE}: ")
        self.assertFalse(termios.tcgetattr(person.terminal)[3] & termios.ECHO)
        person.type(PASSWORD)
        person.expect("Password, of other [the same]: ")
        person.type("")
        person.expect("Answer again")
        self.assertTrue(termios.tcgetattr(person.terminal)[3] & termios.ECHO)
        os.kill(person.pid, signal.SIGTERM)
        self.assertEqual(person.end(), 130)

    def test_says_where_the_input_ended(self):
        person = self.start()
        person.answer("Name of the cell", "demo")
        person.expect("First head")
        os.write(person.terminal, b"\x04")
        self.assertEqual(person.end(), 2)
        self.assertIn(f"the input ended at the question \"First head [{HERE}]: \". Nothing was changed.", person.screen)
        status, text = self.run_it(typed="demo\n")
        self.assertEqual(status, 2)
        self.assertIn("without a person: hacore-setup --keys", text)
        self.assert_untouched()


class Again(Setup):
    def setUp(self):
        super().setUp()
        self.done(self.set_up())

    def enter(self, person, **instead):
        """Enter for every question, but for those in `instead`, in order."""
        left = dict(instead)
        while True:
            while not re.search(r"(: |c/e\? )$", person.screen[person.seen:]):
                person.more(20)
            prompt = person.screen[person.seen:].split("\n")[-1]
            person.seen = len(person.screen)
            if prompt.startswith("Continue?"):
                return
            question = next((key for key in left if prompt.strip().startswith(key)), None)
            person.type(left.pop(question) if question else "")

    def test_with_enter_everywhere_changes_nothing(self):
        for name in ("hacore.toml", "secrets.toml"):
            file = self.folder / "here" / name
            file.write_text(file.read_text() + "# written by hand\n")
        before = self.here()
        mounts = self.folder / "mount.log"
        mounts.unlink()
        person = self.start()
        self.enter(person)
        person.type("c")
        self.assertEqual(person.end(), 0)
        self.assertIn("read-marker", mounts.read_text())
        self.assertNotIn("write-marker", mounts.read_text(), "its owner may be writing there")
        self.assertEqual(self.here(), before)
        self.assertEqual(person.screen.count("is as it was"), 3)
        self.assertIn(f"Password, of {HERE} [as it is]: ", person.screen)

    def test_a_step_that_is_skipped_stays_as_it_was(self):
        before = self.here()
        person = self.start()
        for _ in range(9):
            while not re.search(r": $", person.screen[person.seen:]):
                person.more(20)
            person.seen = len(person.screen)
            person.type("s")
        person.expect("Continue? ")
        person.type("c")
        self.assertEqual(person.end(), 0)
        self.assertEqual(self.here(), before)
        self.assertRegex(person.screen, "Power loss of the active, worst case: service back in [0-9.]+ s")

    def test_keeps_what_it_does_not_ask_about(self):
        text = self.config.read_text()
        text += '\n[timing]\nkeep_alive = "500ms"\n\n[metrics]\nlisten = "127.0.0.1:9410"\n'
        text = text.replace('name = "home"\n', 'name = "people"\nstart_max = "12s"\n')
        self.config.write_text(text)
        person = self.start()
        self.enter(person, Mounts="/home=10.141.255.200:/export/other")
        person.type("c")
        self.assertEqual(person.end(), 0, person.screen)
        after = self.config.read_text()
        for kept in ('keep_alive = "500ms"', 'listen = "127.0.0.1:9410"', 'name = "people"', 'start_max = "12s"'):
            self.assertIn(kept, after)
        self.assertIn('device = "10.141.255.200:/export/other"', after)
        self.assertNotIn("/cm/shared", after)
        self.assertEqual(self.config.with_name("hacore.toml.old").read_text(), text)
        self.assert_good()

    def test_changes_one_password_and_not_the_other(self):
        person = self.start()
        self.enter(person, **{"Password, of other": "n3w", "Answer again": "k"})
        person.type("c")
        person.end()
        secrets = (self.folder / "here/secrets.toml").read_text()
        self.assertIn(f'bmc1 = "{PASSWORD}"', secrets)
        self.assertIn('bmc2 = "n3w"', secrets)
        self.assertEqual(self.mode("here/secrets.toml"), 0o600)

    def test_a_step_is_answered_again_from_the_summary(self):
        person = self.start()
        self.enter(person)
        person.type("4")
        for line in ("bond1", "10.50.0.1", "10.50.0.2"):
            person.expect(": ")
            person.type(line)
        person.answer("Answer again, or keep it? [a]gain, [k]eep [a]", "k")
        person.expect("Continue? ")
        person.type("e")
        self.assertEqual(person.end(), 1)
        self.assertIn("failover.interface", person.screen)

    def test_takes_a_step_out_with_none(self):
        person = self.start()
        self.enter(person, **{"Fence agent": "-"})
        person.type("c")
        self.assertEqual(person.end(), 0)
        self.assertNotIn("fence", self.config.read_text())

    def test_reloads_where_hacored_runs(self):
        (self.folder / "run").mkdir()
        (self.folder / "run/control").touch()
        status, text = self.unattended("")
        self.assertEqual(status, 0, text)
        self.assertIn("hactl reload", text)
        self.assertNotIn("systemctl enable", text)

    def test_its_own_page_of_answers_gives_the_same_file(self):
        before = self.here()
        status, page = self.run_it("--keys")
        self.assertEqual(status, 0)
        status, text = self.unattended(page)
        self.assertEqual(status, 0, text)
        self.assertEqual(self.here(), before)


class Unattended(Setup):
    def test_does_the_same_without_a_person(self):
        status, text = self.unattended()
        self.assertEqual(status, 0, text)
        self.assert_good()
        self.assertIn("hacored on other accepts it", text)
        self.assertEqual(self.mode("there/key"), 0o600)

    def test_refuses_what_it_does_not_know(self):
        for line, said in [('[internal]\ninterfaec = "bond0"', "did you mean: interface"),
                           ('[intrenal]\n', "did you mean: internal"),
                           ('virtual = "10.1.1.1/16"', "it belongs in [internal]"),
                           ('[cell]\nname = 5', "name must not be a number"),
                           ('[internal]\nvirtual = "10.1.1.1"', "LENGTH"),
                           ('[internal]\nfirst = ""', "internal.first needs an answer"),
                           ('[storage]\nmounts = ["/home"]', "is not DIRECTORY="),
                           ('[bmc]\npassword = 1234567', "bmc.password is a text of one line"),
                           ('[bmc]\npassword = "topsecret', "not TOML"),
                           ('cell = "demo"', "cell is a table")]:
            with self.subTest(line=line):
                status, text = self.unattended(line)
                self.assertEqual(status, 2, text)
                self.assertIn(said, text)
                self.assertIn("answers.toml", text)
                for secret in ("1234567", "topsecret"):
                    self.assertNotIn(secret, text)
                self.assert_untouched()

    def test_refuses_passwords_that_others_can_read(self):
        status, text = self.unattended(mode=0o644)
        self.assertEqual(status, 2)
        self.assertIn("chmod 600", text)
        self.assert_untouched()

    def test_says_which_answers_are_missing(self):
        for arguments in ((), ("--check",)):
            status, text = self.unattended('[cell]\nname = "demo"\nsecond = "other"\n', *arguments)
            self.assertNotEqual(status, 0)
            for key in ("internal.interface", "internal.virtual", "bmc.first", "bmc.password"):
                self.assertIn(f"{key} needs an answer", text)
            self.assert_untouched()

    def test_checks_answers_without_touching_anything(self):
        self.assertEqual(self.unattended(FILE, "--check")[0], 0)
        self.assertFalse((self.folder / "fence.log").exists())
        status, text = self.unattended(FILE.replace("10.141.255.252", "10.141.255.251"), "--check")
        self.assertEqual(status, 2)
        self.assertIn("both heads have the same address", text)
        self.assert_untouched()

    def test_writes_nothing_if_a_test_fails_unless_it_is_forced(self):
        wrong = FILE.replace("10.150.0.2", "10.150.0.5")
        status, text = self.unattended(wrong)
        self.assertEqual(status, 1)
        self.assertIn("no route to 10.150.0.5", text)
        self.assertIn("nothing was changed. --force", text)
        self.assert_untouched()
        status, text = self.unattended(wrong, "--force")
        self.assertEqual(status, 0, text)
        self.assertIn("not so: the BMC of other tells its power", text)

    def test_says_what_remains_if_nothing_can_be_copied(self):
        (self.folder / "ssh-fails").touch()
        status, text = self.unattended()
        self.assertEqual(status, 3, text)
        self.assertIn("Permission denied (publickey).", text)
        here = self.folder / "here"
        self.assertIn(f"scp -p {here}/key {here}/secrets.toml {here}/hacore.toml other:{here}/", text)
        self.assert_good()
        self.assertEqual(self.unattended(FILE, "--no-copy")[0], 0)

    def test_says_how_to_make_a_store_that_was_not_there(self):
        status, text = self.unattended(FILE.replace("FOLDER/store", "/dev/shm/absent/store"), "--force")
        self.assertEqual(status, 3, text)
        self.assertRegex(text, r"Store has its lease files\.+ \[FAIL\]")
        self.assertIn("hacore-store --init dir:/dev/shm/absent/store --cell demo", text)
        self.assertIn("hacored on other accepts it", text)

    def test_says_what_the_other_head_complains_of(self):
        self.write(self.folder / "bin/hacored", "#!/bin/sh\necho 'there is no bond0'\nexit 2\n", 0o755)
        status, text = self.unattended()
        self.assertEqual(status, 3, text)
        self.assertIn("there is no bond0", text)
        self.write(self.folder / "bin/hacored", "#!/bin/sh\nexit 127\n", 0o755)
        self.assertIn("apt install ./hacore_*.deb", self.unattended()[1])

    def test_says_which_storage_the_other_head_does_not_reach(self):
        (self.folder / "out-of-reach").touch()
        status, text = self.unattended(FILE + '[storage]\nmounts = ["/home=10.141.255.200:/export/home"]\n')
        self.assertEqual(status, 3, text)
        self.assertRegex(text, r"hacored on other accepts it\.+ \[FAIL\]")
        self.assertRegex(text, "home +does not run; its storage cannot be reached: storage_lost")

    def test_says_that_the_other_head_does_not_reach_this_bmc(self):
        (self.folder / "no-way-there").touch()
        status, text = self.unattended(FILE)
        self.assertEqual(status, 3, text)
        self.assertRegex(text, r"hacored on other accepts it\.+ \[FAIL\]")
        self.assertRegex(text, "cannot be asked: bmc_silent")
        self.assertIn(f"This head cannot fence {HERE}", text)

    def test_a_unit_that_starts_by_itself_is_named(self):
        status, text = self.unattended(FILE + '[services]\nunits = ["eager.service", "absent.service"]\n', "--force")
        self.assertEqual(status, 3, text)  # the other head has no such unit either
        self.assertRegex(text, "absent +cannot tell: exit status 5: no such unit")
        self.assertIn("systemctl disable eager.service", text)
        self.assertRegex(text, r"there is the unit absent.service\.+ \[FAIL\]")

    def test_a_database_follows_or_is_open_already(self):
        with_database = FILE + f'[services]\nmariadb = "{self.folder}/mysqld.sock"\n'
        status, text = self.unattended(with_database)
        self.assertEqual(status, 0, text)
        self.assertRegex(text, r"the server at \S+/mysqld.sock follows the other head's\.+ \[ OK \]")
        self.assertIn('type = "mariadb"', (self.folder / "here/hacore.toml").read_text())
        (self.folder / "open").touch()
        status, text = self.unattended("")
        self.assertRegex(text, r"the server at \S+/mysqld.sock takes writes\.+ \[ OK \]")

    def test_a_database_that_nobody_closed_is_named(self):
        (self.folder / "open").touch()
        status, text = self.unattended(FILE + f'[services]\nmariadb = "{self.folder}/mysqld.sock"\n')
        self.assertRegex(text, r"mysqld.sock takes writes\.+ \[WARN\]")
        self.assertIn("read_only=1 in my.cnf", text)
        status, text = self.unattended(FILE + '[services]\nmariadb = "/nowhere.sock"\n')
        self.assertEqual(status, 1, text)
        self.assertIn("no server at /nowhere.sock", text)

    def test_outlets_are_a_second_level(self):
        pdu = ('[pdu]\nagent = "fence_fake"\naddresses = ["10.150.1.1", "10.150.1.2"]\nusername = "hacore"\n'
               'password = "pdu-word"\nfirst_plug = "7"\nsecond_plug = "8"\n')
        status, text = self.unattended(FILE + pdu)
        self.assertEqual(status, 0, text)
        self.assertIn("2 fence levels", self.assert_good())
        before = self.here()
        self.assertEqual(self.unattended("")[0], 0)
        self.assertEqual(self.here(), before)
        self.assertIn("10.150.1.2 hacore 8 status", (self.folder / "fence.log").read_text())

    def test_voters_get_a_key_of_their_own(self):
        status, text = self.unattended(FILE + 'voters = ["10.141.0.1", "10.141.0.2", "10.141.0.3"]\n')
        self.assertEqual(status, 0, text)
        self.assertIn("3 voters", self.assert_good())
        self.assertNotEqual((self.folder / "here/voter.key").read_bytes(), (self.folder / "here/key").read_bytes())
        self.assertEqual(self.mode("there/voter.key"), 0o600)
        self.assertIn("HACORE_CELL=demo in /etc/default/havoter", text)

    def test_a_configuration_that_is_none_is_refused(self):
        for text, said in [("cell = \n", "hacore.toml:1"), ("cell = 1.5\n", "a fraction, a date or a time")]:
            self.first_config = self.write(self.config, text)
            status, shown = self.unattended()
            self.assertEqual(status, 2, shown)
            self.assertIn(said, shown)
            self.assert_untouched()

    def test_secrets_that_others_can_read_are_refused(self):
        secrets = self.folder / "here/secrets.toml"
        self.write(secrets, 'bmc1 = "x"\n', 0o644)
        status, text = self.unattended()
        self.assertEqual(status, 2)
        self.assertIn(f"chmod 600 {secrets}", text)

    def test_only_one_works_at_a_time(self):
        person = self.start()
        person.expect("Name of the cell")
        status, text = self.unattended()
        self.assertEqual(status, 1)
        self.assertIn("another hacore-setup works in", text)
        os.write(person.terminal, b"\x03")
        self.assertEqual(person.end(), 130)


if __name__ == "__main__":
    unittest.main(verbosity=2)
