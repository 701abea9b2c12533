// Small files that are replaced as a whole, and what one of them remembers.
#include "daemon/kept_file.h"

#include <gtest/gtest.h>

#include <vector>

#include "daemon/remembered.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

/// Turns until that many writes are over; a thread's answer is no work that the io_context knows of.
void await(boost::asio::io_context& io, const std::vector<bool>& durable, std::size_t count) {
  const auto work = boost::asio::make_work_guard(io);
  while (durable.size() < count) io.run_one();
}

TEST(KeptFileTest, TheTextThatCameLastIsTheOneThatStays) {
  const Folder folder;
  boost::asio::io_context io;
  KeptFile file{io, folder / "file"};
  std::vector<bool> durable;
  for (int i = 1; i <= 20; ++i) file.write(std::to_string(i), [&durable](bool is) { durable.push_back(is); });
  await(io, durable, 20);
  EXPECT_EQ(durable, std::vector<bool>(20, true));
  EXPECT_EQ(text_of(file.path()), "20");
}

TEST(KeptFileTest, WhatIsStillToBeWrittenWhenItEndsIsWritten) {
  const Folder folder;
  boost::asio::io_context io;
  {
    KeptFile file{io, folder / "file"};
    for (int i = 1; i <= 3; ++i) file.write(std::to_string(i), [](bool) { FAIL() << "nobody waits any more"; });
  }
  EXPECT_EQ(text_of(folder / "file"), "3");
}

TEST(KeptFileTest, AFileThatCannotBeWrittenIsSaidToBeNone) {
  const Folder folder;
  boost::asio::io_context io;
  KeptFile file{io, folder / "not/there"};
  std::vector<bool> durable;
  file.write("x", [&durable](bool is) { durable.push_back(is); });
  await(io, durable, 1);
  EXPECT_EQ(durable, std::vector<bool>{false});
}

TEST(RememberedTest, TheNewestOwnershipsOutliveAStart) {
  const Folder folder;
  Remembered all;
  for (int epoch = 1; epoch <= 70; ++epoch) all.add({{"epoch", epoch}});
  ASSERT_TRUE(replace_file(folder / "ownerships", all.text()));
  const Remembered again = Remembered::of_file(folder / "ownerships");
  ASSERT_EQ(again.ownerships().size(), Remembered::kOwnerships);
  EXPECT_EQ(again.ownerships().front()["epoch"], 7);
  EXPECT_EQ(again.ownerships().back()["epoch"], 70);
}

TEST(RememberedTest, WhatCannotBeReadIsNotRemembered) {
  const Folder folder;
  EXPECT_TRUE(Remembered::of_file(folder / "none").ownerships().empty());
  for (const std::string text :
       {"", "[]", "7", "{\"ownerships\":", "{\"ownerships\":{}}", "{\"ownerships\":[1,null]}"}) {
    folder.file("ownerships", text);
    EXPECT_TRUE(Remembered::of_file(folder / "ownerships").ownerships().empty()) << text;
  }
}

}  // namespace
}  // namespace hacored
