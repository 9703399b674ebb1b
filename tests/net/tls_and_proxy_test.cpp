// Whom the transport trusts, and whom it goes through.
#include <cstdlib>
#include <fstream>

#include "net/certificate.h"
#include "net/transport_fixture.h"
#include "support/temp_folder.h"

namespace kinesight::net {
namespace {

class TlsTest : public TransportTest {
 protected:
  /// Trusts `certificate` and no other.
  void trust(const Certificate& certificate) {
    CurlOptions options;
    options.ca_bundle = folder_.path() / "authorities.pem";
    certificate.write(options.ca_bundle);
    use(options);
  }
  support::TempFolder folder_;
};

TEST_F(TlsTest, AnUnknownAuthorityIsNotTrusted) {
  const auto tls = Certificate("IP:127.0.0.1").server();
  ScriptedServer server(answer_all, tls.get());
  const Failure refused = failure(post(server.url(), "a secret body"));
  EXPECT_EQ(refused.error.kind, ErrorKind::denied);
  EXPECT_FALSE(refused.sent);
  EXPECT_THAT(refused.error.message, HasSubstr("AWS_CA_BUNDLE"));
}

TEST_F(TlsTest, AnAuthorityOfTheBundleIsTrusted) {
  const Certificate certificate("IP:127.0.0.1");
  const auto tls = certificate.server();
  ScriptedServer server(answer_all, tls.get());
  trust(certificate);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(post(server.url(), "body")).body, "ok");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(TlsTest, ACertificateForAnotherNameIsNotTrusted) {
  const Certificate certificate("DNS:example.com");
  const auto tls = certificate.server();
  ScriptedServer server(answer_all, tls.get());
  trust(certificate);
  EXPECT_EQ(failure(get(server.url())).error.kind, ErrorKind::denied);
}

TEST_F(TlsTest, AServerThatGoesWhileWeSendIsNoReasonToDie) {
  const Certificate certificate("IP:127.0.0.1");
  const auto tls = certificate.server();
  ScriptedServer server([](Peer& peer) { peer.reset(); }, tls.get());
  trust(certificate);
  const std::string body(8 * 1024 * 1024, 'x');
  for (int i = 0; i < 20; ++i) {
    const Failure cut = failure(post(server.url(), body));  // SIGPIPE would end this process.
    EXPECT_EQ(cut.error.kind, ErrorKind::unavailable);
    EXPECT_TRUE(cut.sent);
  }
}

TEST_F(TlsTest, ABundleThatIsNotThereIsSaid) {
  CurlOptions options;
  options.ca_bundle = folder_.path() / "none.pem";
  use(options);
  const auto tls = Certificate("IP:127.0.0.1").server();
  ScriptedServer server(answer_all, tls.get());
  const Failure refused = failure(get(server.url()));
  EXPECT_EQ(refused.error.kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error.message, HasSubstr("none.pem"));
}

class ProxyTest : public TransportTest {
 protected:
  std::string asked_;  ///< Of the proxy: the first line.
  ScriptedServer proxy_{[this](Peer& peer) {
    const auto request = peer.request();
    if (!request) return;
    asked_ = request->substr(0, request->find("\r\n"));
    peer.send(asked_.starts_with("CONNECT") ? "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
                                            : "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nvia proxy");
  }};
};

TEST_F(ProxyTest, TheProxyIsAskedForEverything) {
  CurlOptions options;
  options.http_proxy = proxy_.url("");
  use(options);
  EXPECT_EQ(send(get("http://service.invalid/path?q=1")).body, "via proxy");
  EXPECT_EQ(asked_, "GET http://service.invalid/path?q=1 HTTP/1.1");
}

TEST_F(ProxyTest, ButForTheHostsWithout) {
  CurlOptions options;
  options.http_proxy = proxy_.url("");
  options.no_proxy = "other.invalid,127.0.0.1";
  use(options);
  ScriptedServer server(answer_all);
  EXPECT_EQ(send(get(server.url())).body, "ok");
  EXPECT_EQ(proxy_.connections(), 0);
}

TEST_F(ProxyTest, ATunnelThatIsRefusedSentNothing) {
  CurlOptions options;
  options.https_proxy = "http://user:proxy-password@127.0.0.1:" + std::to_string(proxy_.port());
  use(options);
  const Failure refused = failure(post("https://service.invalid/", "x"));
  EXPECT_EQ(refused.error.kind, ErrorKind::unavailable);
  EXPECT_FALSE(refused.sent);
  EXPECT_THAT(refused.error.message, Not(HasSubstr("proxy-password")));
  EXPECT_EQ(asked_, "CONNECT service.invalid:443 HTTP/1.1");
}

TEST_F(ProxyTest, TheEnvironmentIsNotAskedBehindOurBack) {
  ::setenv("http_proxy", proxy_.url("").c_str(), 1);
  ScriptedServer server(answer_all);
  EXPECT_EQ(send(get(server.url())).body, "ok");
  ::unsetenv("http_proxy");
  EXPECT_EQ(proxy_.connections(), 0);
}

}  // namespace
}  // namespace kinesight::net
