// What clips.yaml says of clips and their pictures.
#pragma once

#include "config/table.h"

namespace kinesight::clips {

/// clip: {…}: what a clip may be.
struct ClipOptions {
  double max_seconds = 3 * 3600;
  long max_bytes = 4L * 1024 * 1024 * 1024;  ///< Twice as much of the disk is needed.
  /// So long after its end ListFragments may not know all of a range yet (it is eventually consistent, and a
  /// fragment is listed when it has ended).
  double settle_seconds = 20;
  double link_seconds = 24 * 3600;  ///< How long the message's URL lives; 0: it has none.
  double publish_seconds = 30;      ///< How long RabbitMQ may take to confirm a message.
  static const config::Table& table();
};

/// thumbnail: {…}: the picture beside each clip.
struct ThumbnailOptions {
  bool enabled = true;
  int width = 640;  ///< Pixels, at most.
  int quality = 85;
  static const config::Table& table();
};

}  // namespace kinesight::clips
