// What the rows of the REST API say of themselves: OpenAPI operation objects, and JSON Schemas (2020-12).
#include "clips/web_api_document.h"

namespace kinesight::clips::described {

const std::string_view kTriggerClip = R"({
  "operationId": "triggerClip",
  "summary": "Puts a task for one clip into the queue.",
  "description": "Answers once RabbitMQ has confirmed the task. Fields that are null count as absent; one that is not known is refused. After a 503 with a process_id the task may be queued or not: ask again with the process_id, start_time and end_time of the answer, two such tasks make one clip.",
  "requestBody": {
    "required": true,
    "content": {"application/json": {
      "schema": {"$ref": "#/components/schemas/ClipTrigger"},
      "example": {"camera_id": "camera_front", "stream_name": "CameraFront",
                  "start_time": "2026-02-26T14:30:00Z", "end_time": "2026-02-26T14:31:00Z"}}}
  },
  "responses": {
    "200": {"description": "The task is in the queue.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Queued"}}}},
    "400": "The body is not JSON or no such task: which field, what was expected and what was found. Also a range that is empty, too long, or ends more than two seconds from now.",
    "503": {"description": "RabbitMQ is not connected, has not confirmed in time, or has no such queue; or too many requests wait. Without a process_id nothing is queued.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NotQueued"}}}}
  }
})";

const std::string_view kTriggerDiscover = R"({
  "operationId": "triggerDiscover",
  "summary": "Asks Kinesis Video Streams anew which streams there are, and remembers those that are active.",
  "requestBody": {
    "required": false,
    "content": {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}
  },
  "responses": {
    "200": {"description": "The active streams, in the order of their names.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Discovered"}}}},
    "502": "AWS refuses.",
    "503": "Too many requests wait already, or what is waited for is away: ask again after Retry-After."
  }
})";

const std::string_view kCameras = R"({
  "operationId": "listCameras",
  "summary": "The active streams, as remembered in Redis or else asked for.",
  "responses": {
    "200": {"description": "In the order of their names.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Cameras"}}}},
    "502": "AWS refuses.",
    "503": "Too many requests wait already, or what is waited for is away: ask again after Retry-After."
  }
})";

const std::string_view kHls = R"({
  "operationId": "getHlsUrl",
  "summary": "A URL to watch a stream live by: a secret, whoever has it can watch.",
  "parameters": [
    {"name": "id", "in": "path", "required": true, "description": "The name of the stream.",
     "schema": {"type": "string", "pattern": "^[a-zA-Z0-9_.-]{1,256}$"}},
    {"name": "seconds", "in": "query", "required": false, "description": "How long the URL is good for.",
     "schema": {"type": "integer", "minimum": 300, "maximum": 43200, "default": 300}}
  ],
  "responses": {
    "200": {"description": "The URL of an HLS master playlist.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/HlsUrl"}}}},
    "400": "A parameter is wrong.",
    "404": "There is no such stream.",
    "409": "The stream is there and cannot be watched: it is not active, sends nothing at the moment, keeps nothing, or has a codec that HLS does not know.",
    "502": "AWS refuses.",
    "503": "Too many requests wait already, or what is waited for is away: ask again after Retry-After."
  }
})";

const std::string_view kHealth = R"({
  "operationId": "health",
  "summary": "Whether the service does its job; without RabbitMQ it does not.",
  "responses": {
    "200": {"description": "It does, perhaps not all of it (degraded).",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
    "503": {"description": "It does not.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}}
  }
})";

const std::string_view kAlive = R"({
  "operationId": "alive",
  "summary": "Whether to leave the process as it is: a lost connection to RabbitMQ it mends by itself.",
  "responses": {
    "200": {"description": "Leave it.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}},
    "503": {"description": "Start it anew.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Health"}}}}
  }
})";

const std::string_view kMetrics = R"({
  "operationId": "metrics",
  "summary": "Metrics for Prometheus, in its text format 0.0.4.",
  "responses": {
    "200": {"description": "All of them.", "content": {"text/plain": {"schema": {"type": "string"}}}}
  }
})";

const std::string_view kOverview = R"({
  "operationId": "overview",
  "summary": "What there is, for a person.",
  "responses": {
    "200": {"description": "A line for each route.", "content": {"text/plain": {"schema": {"type": "string"}}}}
  }
})";

const std::string_view kSchemas = R"({
  "Time": {
    "description": "ISO 8601 (UTC where no zone is given), or seconds since 1970.",
    "anyOf": [{"type": "string", "examples": ["2026-02-26T14:30:00Z"]},
              {"type": "number", "minimum": 0, "maximum": 253402300799}]
  },
  "ClipTrigger": {
    "type": "object",
    "properties": {
      "camera_id": {"type": "string", "pattern": "^[a-zA-Z0-9_.-]{1,256}$", "not": {"enum": [".", ".."]},
                    "description": "The folder of the clip: live/{camera_id}/."},
      "stream_arn": {"type": ["string", "null"], "maxLength": 1024},
      "stream_name": {"type": ["string", "null"], "maxLength": 1024},
      "start_time": {"anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}],
                     "description": "Without it and end_time: the last S2_CLIP_DURATION seconds."},
      "end_time": {"anyOf": [{"$ref": "#/components/schemas/Time"}, {"type": "null"}]},
      "process_id": {"type": ["integer", "null"], "description": "Absent: one is given."},
      "inference_config": {"type": ["object", "null"], "description": "Passed on byte for byte."}
    },
    "required": ["camera_id"],
    "anyOf": [{"required": ["stream_arn"]}, {"required": ["stream_name"]}],
    "dependentRequired": {"start_time": ["end_time"], "end_time": ["start_time"]},
    "additionalProperties": false
  },
  "Queued": {
    "type": "object",
    "properties": {
      "status": {"const": "QUEUED"},
      "camera_id": {"type": "string"},
      "process_id": {"type": "integer"},
      "start_time": {"type": "string"},
      "end_time": {"type": "string"}
    },
    "required": ["status", "camera_id", "process_id", "start_time", "end_time"],
    "additionalProperties": false
  },
  "NotQueued": {
    "type": "object",
    "properties": {
      "error": {"type": "string"},
      "camera_id": {"type": "string"},
      "process_id": {"type": "integer"},
      "start_time": {"type": "string"},
      "end_time": {"type": "string"}
    },
    "required": ["error"],
    "additionalProperties": false
  },
  "Camera": {
    "type": "object",
    "properties": {
      "stream_arn": {"type": "string"},
      "stream_name": {"type": "string"},
      "status": {"type": "string"}
    },
    "required": ["stream_arn", "stream_name", "status"],
    "additionalProperties": false
  },
  "Cameras": {
    "type": "object",
    "properties": {"cameras": {"type": "array", "items": {"$ref": "#/components/schemas/Camera"}}},
    "required": ["cameras"],
    "additionalProperties": false
  },
  "Discovered": {
    "type": "object",
    "properties": {
      "status": {"const": "DISCOVERED"},
      "cameras": {"type": "array", "items": {"$ref": "#/components/schemas/Camera"}}
    },
    "required": ["status", "cameras"],
    "additionalProperties": false
  },
  "HlsUrl": {
    "type": "object",
    "properties": {
      "hls_url": {"type": "string"},
      "expires_in": {"type": "integer", "description": "Seconds."},
      "expires_at": {"type": "string"}
    },
    "required": ["hls_url", "expires_in", "expires_at"],
    "additionalProperties": false
  },
  "Health": {
    "type": "object",
    "properties": {
      "status": {"enum": ["ok", "degraded", "failed"]},
      "service": {"type": "string"},
      "rabbitmq": {"enum": ["connected", "disconnected"]},
      "reasons": {"type": "array", "items": {"type": "string"}}
    },
    "required": ["status", "service", "rabbitmq"],
    "additionalProperties": false
  }
})";

}  // namespace kinesight::clips::described
