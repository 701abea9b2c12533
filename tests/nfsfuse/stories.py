"""What is done to a file system under test: work that goes on while a server fails, and steps that two file systems must answer
alike."""

import mmap
import os
import stat
import threading
from pathlib import Path



def make_and_remove(path, n):
    (path / f"dir{n}").mkdir()
    (path / f"dir{n}" / "file").write_text(str(n))
    (path / f"dir{n}" / "file").rename(path / f"dir{n}" / "other")
    os.symlink("other", path / f"dir{n}" / "link")
    os.link(path / f"dir{n}" / "other", path / f"dir{n}" / "hard")
    for name in ("other", "link", "hard"):
        (path / f"dir{n}" / name).unlink()
    (path / f"dir{n}").rmdir()


def append(path, n):
    with open(path, "ab", buffering=0) as log:
        log.write(b"%d\n" % n)
        os.fsync(log.fileno())


class Writer:
    """Acts again and again in a thread, and counts."""

    def __init__(self, path, act=append):
        self.written, self.error, self.ends = 0, None, False
        self.thread = threading.Thread(target=self.work, args=(path, act))
        self.thread.start()

    def work(self, path, act):
        try:
            while not self.ends:
                act(path, self.written)
                self.written += 1
        except OSError as error:
            self.error = error

    def end(self):
        self.ends = True
        self.thread.join()


class Story:
    """The same steps on two file systems, and the same outcome."""

    def __init__(self, chance, *roots):
        self.chance, self.roots = chance, roots
        self.open = []  # the same file, open in each

    def step(self):
        kinds = (self.write, self.write, self.write, self.cut, self.read, self.read, self.make, self.remove, self.move,
                 self.link, self.point, self.rights, self.hold, self.let_go, self.map, self.append)
        kind = self.chance.choice(kinds)
        words = kind()
        outcomes = [self.outcome(words, root, place) for place, root in enumerate(self.roots)]
        assert outcomes[0] == outcomes[1], f"{kind.__name__}: {outcomes[0]!r:.200} and {outcomes[1]!r:.200}"
        return kind.__name__

    @staticmethod
    def outcome(act, root, place):
        try:
            return act(root, place)
        except OSError as error:
            return error.errno

    def close(self):
        for both in self.open:
            for file in both:
                os.close(file)

    def name(self):
        return "/".join(self.chance.choice("abc") for _ in range(self.chance.randint(1, 3)))

    def bytes(self):
        return self.chance.randbytes(self.chance.choice((1, 100, 4096, 5000, 20000)))

    def offset(self):
        return self.chance.choice((0, 1, 4095, 4096, self.chance.randrange(40000)))

    def write(self):
        name, text, offset = self.name(), self.bytes(), self.offset()

        def act(root, _):
            file = os.open(root / name, os.O_WRONLY | os.O_CREAT, 0o644)
            try:
                return os.pwrite(file, text, offset)
            finally:
                os.close(file)
        return act

    def append(self):
        name, text = self.name(), self.bytes()

        def act(root, _):
            with open(root / name, "ab", buffering=0) as file:
                return file.write(text)
        return act

    def cut(self):
        name, size = self.name(), self.offset()
        return lambda root, _: os.truncate(root / name, size)

    def read(self):
        name, size, offset = self.name(), self.chance.randrange(1, 30000), self.offset()

        def act(root, _):
            file = os.open(root / name, os.O_RDONLY)
            try:
                return os.pread(file, size, offset)
            finally:
                os.close(file)
        return act

    def make(self):
        name = self.name()
        return lambda root, _: os.mkdir(root / name)

    def remove(self):
        name, directory = self.name(), self.chance.random() < 0.3
        return lambda root, _: os.rmdir(root / name) if directory else os.unlink(root / name)

    def move(self):
        name, to = self.name(), self.name()
        return lambda root, _: os.rename(root / name, root / to)

    def link(self):
        name, to = self.name(), self.name()
        return lambda root, _: os.link(root / name, root / to)

    def point(self):
        name, to = self.name(), self.name()
        return lambda root, _: os.symlink(to, root / name)

    def rights(self):
        name, mode, when = self.name(), self.chance.choice((0o600, 0o644, 0o755)), self.chance.randrange(1 << 31)

        def act(root, _):
            os.chmod(root / name, mode)
            os.utime(root / name, ns=(when * 10**9, when * 10**9))
            return os.stat(root / name).st_mtime_ns
        return act

    def hold(self):
        name, both = self.name(), []
        if len(self.open) > 4:
            return lambda root, _: None

        def act(root, place):
            both.append(os.open(root / name, os.O_RDWR))
            if place == 1 and len(both) == 2:
                self.open.append(both)
            return "open"
        return act

    def let_go(self):
        """A last look at a file that is open, whatever became of its name."""
        if not self.open:
            return lambda root, _: None
        both, text, offset = self.open.pop(self.chance.randrange(len(self.open))), self.bytes(), self.offset()

        def act(_, place):
            file = both[place]
            os.pwrite(file, text, offset)
            found = os.pread(file, 100000, 0), os.fstat(file).st_size
            os.close(file)
            return found
        return act

    def map(self):
        name, at = self.name(), self.chance.randrange(4096)

        def act(root, _):
            file = os.open(root / name, os.O_RDWR)
            try:
                if os.fstat(file).st_size <= at:
                    return "short"
                with mmap.mmap(file, 0) as memory:
                    memory[at] = (memory[at] + 1) % 256
                    memory.flush()
                return "mapped"
            finally:
                os.close(file)
        return act


def tree(root):
    found = {}
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = Path(folder) / name
            status = os.lstat(path)
            if stat.S_ISLNK(status.st_mode):
                what = os.readlink(path)
            elif stat.S_ISREG(status.st_mode):
                what = (status.st_nlink, status.st_size, path.read_bytes())
            else:
                what = None
            if not name.startswith(".nfs"):
                found[str(path.relative_to(root))] = (stat.S_IFMT(status.st_mode), what)
    return found
