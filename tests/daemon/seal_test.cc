// Keys and what they seal.
#include "daemon/seal.h"

#include <gtest/gtest.h>

#include "daemon/refused.h"
#include "tests/daemon/folder.h"

namespace hacored {
namespace {

const std::string kKey(32, 'k');
const std::string kOther(32, 'o');

std::span<const std::byte> bytes(const std::string& text) { return std::as_bytes(std::span{text}); }

TEST(Seal, OpensWhatItSealedAndNothingElse) {
  const Folder folder;
  const Seal mine = Seal::load(folder.file("key", kKey));
  const Seal other = Seal::load(folder.file("other", kOther));
  const Seal::Mac mac = mine.seal(bytes("a beat"));
  EXPECT_TRUE(mine.opens(bytes("a beat"), mac));
  EXPECT_FALSE(mine.opens(bytes("a beau"), mac));
  EXPECT_FALSE(other.opens(bytes("a beat"), mac));
  EXPECT_FALSE(mine.opens(bytes("a beat"), std::span{mac}.first(16)));
}

TEST(Seal, AcceptsTheNextKeyTooWhileKeysAreChanged) {
  const Folder folder;
  const std::string old_file = folder.file("key", kKey);
  const std::string new_file = folder.file("next", kOther);
  const Seal changing = Seal::load(old_file, new_file);
  EXPECT_TRUE(changing.opens(bytes("x"), Seal::load(new_file).seal(bytes("x"))));
  EXPECT_TRUE(changing.opens(bytes("x"), Seal::load(old_file).seal(bytes("x"))));
  EXPECT_TRUE(Seal::load(old_file).opens(bytes("x"), changing.seal(bytes("x")))) << "it goes on speaking the first one";
}

TEST(Seal, ALineEndAfterTheKeyDoesNotMatter) {
  const Folder folder;
  EXPECT_TRUE(
      Seal::load(folder.file("a", kKey)).opens(bytes("x"), Seal::load(folder.file("b", kKey + "\n")).seal(bytes("x"))));
}

TEST(Seal, TakesRandomBytesThatEndLikeALine) {
  const Folder folder;
  const std::string random = std::string(31, 'k') + "\n";
  EXPECT_NO_THROW(Seal::load(folder.file("key", random), ""));
}

TEST(Seal, RefusesAKeyThatOthersCanRead) {
  const Folder folder;
  EXPECT_THROW(Seal::load(folder.file("key", kKey, 0640)), Refused);
  EXPECT_THROW(Seal::load(folder.file("key", kKey, 0604)), Refused);
}

TEST(Seal, RefusesAKeyThatIsTooShortOrNotThere) {
  const Folder folder;
  EXPECT_THROW(Seal::load(folder.file("key", std::string(31, 'k'))), Refused);
  EXPECT_THROW(Seal::load(folder / "none"), Refused);
}

}  // namespace
}  // namespace hacored
