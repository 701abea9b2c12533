// OpenSSL: a key on a curve, and an X.509 certificate for two days.
#include "netns/redfish/certificate.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace hasim::redfish {
namespace {

constexpr long kValid = 48L * 3600;  ///< seconds, before and after now: clocks of BMCs are wrong
constexpr const char* kName = "bmc";

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* one) const {
    Free(one);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using File = std::unique_ptr<FILE, Freed<std::fclose>>;

void need(bool done, const std::string& what) {
  if (!done) throw std::runtime_error("cannot make " + what);
}

File opened(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  need(file >= 0, path);
  return File{::fdopen(file, "w")};
}

Certificate signed_by_itself(const std::string& address, EVP_PKEY* key) {
  Certificate made{X509_new()};
  X509_set_version(made.get(), 2);  // v3
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -kValid);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), kValid);
  X509_set_pubkey(made.get(), key);
  X509_NAME* const name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(kName), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  const Extension whose{X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("IP:" + address).c_str())};
  need(whose && X509_add_ext(made.get(), whose.get(), -1) == 1, "a certificate for " + address);
  need(X509_sign(made.get(), key, EVP_sha256()) > 0, "a signature");
  return made;
}

}  // namespace

void make_certificate(const std::string& address, const std::string& certificate, const std::string& key) {
  const Key pair{EVP_EC_gen("P-256")};
  need(pair != nullptr, "a key");
  const Certificate made = signed_by_itself(address, pair.get());
  const File to_key = opened(key);
  need(PEM_write_PrivateKey(to_key.get(), pair.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1, key);
  const File to_certificate = opened(certificate);
  need(PEM_write_X509(to_certificate.get(), made.get()) == 1, certificate);
}

}  // namespace hasim::redfish
