// A libcurl multi handle with one easy handle and at most one connection, to one origin.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <stop_token>
#include <string>

#include "net/curl_exchange.h"
#include "net/curl_transport.h"
#include "net/url.h"

namespace kinesight::net {

/// Carries one request after the other; its connection stays open in between. For one thread at a time.
class CurlChannel {
 public:
  /// `url` is any of the origin's.
  CurlChannel(const CurlOptions& options, const Url& url);
  ~CurlChannel();
  CurlChannel(const CurlChannel&) = delete;
  CurlChannel& operator=(const CurlChannel&) = delete;

  const std::string& origin() const { return origin_; }

  /// Sends `request`, whose URL is `url`, and waits for its answer.
  std::expected<Response, Failure> exchange(const Request& request, const Url& url, std::stop_token stop);

 private:
  struct CleanUpEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct CleanUpMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  struct CleanUpList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  using HeaderList = std::unique_ptr<curl_slist, CleanUpList>;

  void set_up(const CurlOptions& options, const Url& url);
  void prepare(const Request& request, curl_slist* headers);
  std::expected<Response, Failure> drive(const Request& request, const Url& url, CurlExchange& exchange,
                                         const std::stop_token& stop);
  std::expected<Response, Failure> finish(CURLcode code, const Request& request, const Url& url,
                                          CurlExchange& exchange) const;
  static Result<HeaderList> header_list(const Request& request);

  const std::string origin_;
  std::unique_ptr<CURLM, CleanUpMulti> multi_;
  std::unique_ptr<CURL, CleanUpEasy> easy_;
  char detail_[CURL_ERROR_SIZE] = {};
};

}  // namespace kinesight::net
