// The routes by which a person changes what a running service does.
#pragma once

#include <vector>

#include "http/api_route.h"
#include "infer/fleet.h"
#include "infer/readiness.h"
#include "infer/reload.h"

namespace kinesight::infer {

/// Answers them from the running parts, which outlive it and the server.
class ControlApi {
 public:
  /// What it acts on.
  struct Parts {
    Fleet& fleet;
    Reloader& reloader;
    const Readiness& readiness;
  };
  explicit ControlApi(const Parts& parts) : parts_(parts) {}

  /// The routes; they refer to this.
  std::vector<http::ApiRoute> routes() const;

 private:
  http::ApiAnswer ready() const;
  http::ApiAnswer reload(const http::ApiCall& call) const;
  http::ApiAnswer pause(const http::ApiCall& call, bool paused) const;
  http::ApiAnswer add(const http::ApiCall& call) const;
  http::ApiAnswer remove(const http::ApiCall& call) const;
  http::ApiAnswer show(const http::ApiCall& call) const;
  http::ApiAnswer draw(const http::ApiCall& call) const;

  const Parts parts_;
};

}  // namespace kinesight::infer
