// A certificate that signs itself, made for one test.
#pragma once

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace kinesight::net {

/// A key with its certificate for `subject` ("IP:127.0.0.1", "DNS:example.com").
class Certificate {
 public:
  explicit Certificate(const std::string& subject)
      : key_(EVP_RSA_gen(2048), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509* x509 = certificate_.get();
    X509_set_version(x509, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
    X509_gmtime_adj(X509_getm_notAfter(x509), 3600);
    X509_set_pubkey(x509, key_.get());
    X509_NAME* name = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1,
                               -1, 0);
    X509_set_issuer_name(x509, name);
    add_extension(NID_subject_alt_name, subject);
    add_extension(NID_basic_constraints, "critical,CA:TRUE");
    if (X509_sign(x509, key_.get(), EVP_sha256()) == 0) throw std::runtime_error("no certificate");
  }

  /// What a server needs to show it.
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> server() const {
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX_use_certificate(context.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context.get(), key_.get());
    return context;
  }

  /// What a client needs to trust it.
  void write(const std::filesystem::path& path) const {
    const std::unique_ptr<BIO, int (*)(BIO*)> file(BIO_new_file(path.c_str(), "w"), BIO_free);
    if (!file || PEM_write_bio_X509(file.get(), certificate_.get()) == 0)
      throw std::runtime_error("cannot write " + path.string());
  }

 private:
  void add_extension(int kind, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), X509_EXTENSION_free);
    X509_add_ext(certificate_.get(), extension.get(), -1);
  }

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
};

}  // namespace kinesight::net
