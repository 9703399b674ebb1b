// What json.cpp and event::to_json() write, as JSON Schemas (2020-12).
#include "http/openapi.h"

namespace kinesight::http::described {

const std::string_view kSchemas = R"({
  "Error": {
    "type": "object",
    "properties": {"error": {"type": "string"}},
    "required": ["error"],
    "additionalProperties": false
  },
  "Health": {
    "type": "object",
    "properties": {
      "status": {"enum": ["ok", "degraded", "failed"]},
      "service": {"type": "string"},
      "reasons": {"type": "array", "items": {"type": "string"}}
    },
    "required": ["status", "service"],
    "additionalProperties": false
  },
  "Camera": {
    "type": "object",
    "properties": {
      "id": {"type": "string"},
      "state": {"enum": ["starting", "online", "degraded", "offline", "error", "ended", "disabled"]},
      "paused": {"type": "boolean", "description": "Disabled for the time being, by a person."},
      "latency_ms": {"type": ["number", "null"], "description": "Of the detectors, mean of the last frames."},
      "restarts": {"type": "integer", "description": "Of its thread, that were none of a person's doing."},
      "fps": {"type": "number", "description": "Frames processed a second, lately."},
      "fps_target": {"type": "number"},
      "last_frame_time": {"type": ["number", "null"], "description": "Of the newest processed frame: Unix seconds."},
      "frames": {"type": "integer", "description": "Processed since the start."},
      "events": {"type": "integer", "description": "Raised since the start."},
      "drops": {"type": "object", "additionalProperties": {"type": "integer"}, "description": "Frames that were due and not processed, by reason."},
      "overload": {"type": "array", "items": {"type": "string"}, "description": "Steps of its overload ladder that it has taken."},
      "still_frames": {"type": "integer", "description": "Of frames: those that the motion gate spared the detectors."},
      "packets": {"type": "integer", "description": "Of video, read since the start."},
      "gated_packets": {"type": "integer", "description": "Of video, left undecoded by the bitstream gate."},
      "error": {"type": "string", "description": "What is wrong with it now; empty when nothing is."},
      "source": {"type": "string", "description": "Where its pictures come from, without secrets."},
      "width": {"type": "integer", "description": "Pixels of the source; 0 before its first frame."},
      "height": {"type": "integer"}
    },
    "required": ["id", "state", "paused", "latency_ms", "restarts", "fps", "fps_target", "last_frame_time", "frames", "events", "drops", "overload",
                 "still_frames", "packets", "gated_packets", "error", "source", "width", "height"],
    "additionalProperties": false
  },
  "Cameras": {
    "type": "object",
    "properties": {"cameras": {"type": "array", "items": {"$ref": "#/components/schemas/Camera"}}},
    "required": ["cameras"],
    "additionalProperties": false
  },
  "Event": {
    "type": "object",
    "properties": {
      "event_id": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
      "camera_id": {"type": "string"},
      "producer": {"type": "string"},
      "payload": {
        "type": "object",
        "properties": {
          "ts_ms": {"type": "integer", "description": "When it was seen: Unix milliseconds."},
          "type": {"type": "string"},
          "label": {"type": "string"},
          "conf": {"type": "number", "minimum": 0, "maximum": 1},
          "bbox": {"type": "array", "items": {"type": "integer"}, "minItems": 4, "maxItems": 4,
                   "description": "x, y, w, h of the most confident object, in pixels of the source."},
          "extras": {"type": "object"}
        },
        "required": ["ts_ms", "type", "label", "conf", "bbox", "extras"],
        "additionalProperties": false
      }
    },
    "required": ["event_id", "camera_id", "producer", "payload"],
    "additionalProperties": false
  },
  "Events": {
    "type": "object",
    "properties": {"events": {"type": "array", "items": {"$ref": "#/components/schemas/Event"}}},
    "required": ["events"],
    "additionalProperties": false
  },
  "UnwatchedSpan": {
    "type": "object",
    "properties": {
      "begin_ms": {"type": "integer"},
      "end_ms": {"type": "integer"},
      "reason": {"type": "string"},
      "backfilled": {"type": "boolean"}
    },
    "required": ["begin_ms", "end_ms", "reason", "backfilled"],
    "additionalProperties": false
  },
  "CameraCoverage": {
    "type": "object",
    "properties": {
      "camera_id": {"type": "string"},
      "begin_ms": {"type": "integer", "description": "Of what is known within the range asked for."},
      "end_ms": {"type": "integer"},
      "share": {"type": "number", "minimum": 0, "maximum": 1, "description": "Of what is known, how much has been watched by now."},
      "live_seconds": {"type": "number"},
      "backfilled_seconds": {"type": "number"},
      "missed_seconds": {"type": "object", "additionalProperties": {"type": "number"}, "description": "By reason."},
      "unwatched": {"type": "array", "items": {"$ref": "#/components/schemas/UnwatchedSpan"}},
      "truncated": {"type": "boolean", "description": "Whether the shortest spans are left out."}
    },
    "required": ["camera_id", "begin_ms", "end_ms", "share", "live_seconds", "backfilled_seconds", "missed_seconds",
                 "unwatched", "truncated"],
    "additionalProperties": false
  },
  "Coverage": {
    "type": "object",
    "properties": {
      "since_ms": {"type": "integer"},
      "until_ms": {"type": "integer"},
      "cameras": {"type": "array", "items": {"$ref": "#/components/schemas/CameraCoverage"}}
    },
    "required": ["since_ms", "until_ms", "cameras"],
    "additionalProperties": false
  }
})";

}  // namespace kinesight::http::described
