#include "infer/api_texts.h"

namespace kinesight::infer::described {

const std::string_view kReady = R"({
  "operationId": "ready",
  "summary": "Whether the cameras have been started, and the service does not shut down.",
  "responses": {
    "200": {"description": "It is ready.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ready"}}}},
    "503": {"description": "It is not, or not any more.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Ready"}}}}
  }
})";

const std::string_view kReload = R"({
  "operationId": "reload",
  "summary": "Takes the configuration file into use again, camera by camera.",
  "description": "Cameras that stay the same lose no frame.",
  "requestBody": {
    "required": false,
    "content": {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}
  },
  "responses": {
    "200": {"description": "What became of each camera.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/FleetChange"}}}},
    "400": "The body is not what is expected here.",
    "422": {"description": "The file that this would make is not right, or changes what needs a restart: nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refused"}}}},
    "503": "The service shuts down, or what must be written down cannot be."
  }
})";

const std::string_view kPause = R"({
  "operationId": "pauseCamera",
  "summary": "Watches a camera no more, over restarts too, until it is resumed.",
  "parameters": [
    {"name": "id", "in": "path", "required": true, "description": "Of the camera.", "schema": {"type": "string", "minLength": 1}}
  ],
  "requestBody": {
    "required": false,
    "content": {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}
  },
  "responses": {
    "200": {"description": "It is paused.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Paused"}}}},
    "400": "The body is not what is expected here.",
    "404": "No camera is called so.",
    "503": "The service shuts down, or what must be written down cannot be."
  }
})";

const std::string_view kResume = R"({
  "operationId": "resumeCamera",
  "summary": "Watches a camera again that was paused.",
  "parameters": [
    {"name": "id", "in": "path", "required": true, "description": "Of the camera.", "schema": {"type": "string", "minLength": 1}}
  ],
  "requestBody": {
    "required": false,
    "content": {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}
  },
  "responses": {
    "200": {"description": "It is not paused.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Paused"}}}},
    "400": "The body is not what is expected here.",
    "404": "No camera is called so.",
    "503": "The service shuts down, or what must be written down cannot be."
  }
})";

const std::string_view kAdd = R"({
  "operationId": "addCamera",
  "summary": "Writes a camera into the configuration file and watches it.",
  "requestBody": {
    "required": true,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewCamera"}}}
  },
  "responses": {
    "201": {"description": "It is in the file and in use.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/FleetChange"}}}},
    "400": "The body is not what is expected here.",
    "409": {"description": "The configuration file cannot be written here (a ConfigMap, a read-only disk), or what is asked for is in the way of what it says: nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ByHand"}}}},
    "422": {"description": "The file that this would make is not right, or changes what needs a restart: nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refused"}}}},
    "503": "The service shuts down, or what must be written down cannot be."
  }
})";

const std::string_view kRemove = R"({
  "operationId": "removeCamera",
  "summary": "Takes a camera out of the configuration file and watches it no more.",
  "parameters": [
    {"name": "id", "in": "path", "required": true, "description": "Of the camera.", "schema": {"type": "string", "minLength": 1}}
  ],
  "requestBody": {
    "required": false,
    "content": {"application/json": {"schema": {"type": "object", "maxProperties": 0}}}
  },
  "responses": {
    "200": {"description": "What became of each camera.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/FleetChange"}}}},
    "400": "The body is not what is expected here.",
    "404": "No camera is called so.",
    "409": {"description": "The configuration file cannot be written here (a ConfigMap, a read-only disk), or what is asked for is in the way of what it says: nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ByHand"}}}},
    "422": {"description": "The file that this would make is not right, or changes what needs a restart: nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refused"}}}},
    "503": "The service shuts down, or what must be written down cannot be."
  }
})";

const std::string_view kConfig = R"({
  "operationId": "cameraRegions",
  "summary": "The regions of a camera and of its detectors.",
  "parameters": [
    {"name": "id", "in": "path", "required": true, "description": "Of the camera.", "schema": {"type": "string", "minLength": 1}}
  ],
  "responses": {
    "200": {"description": "As they are in force.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/CameraRegions"}}}},
    "404": "No camera is called so."
  }
})";

const std::string_view kRegions = R"({
  "operationId": "drawRegions",
  "summary": "Writes the regions of a camera into the configuration file and takes them into use.",
  "description": "The rest of the file stays as it is, byte by byte.",
  "parameters": [
    {"name": "id", "in": "path", "required": true, "description": "Of the camera.", "schema": {"type": "string", "minLength": 1}}
  ],
  "requestBody": {
    "required": true,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewRegions"}}}
  },
  "responses": {
    "200": {"description": "They are in the file and in use.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/RegionsChange"}}}},
    "400": "The body is not what is expected here.",
    "404": "No camera is called so.",
    "409": {"description": "The configuration file cannot be written here (a ConfigMap, a read-only disk), or what is asked for is in the way of what it says: nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ByHand"}}}},
    "422": {"description": "The file that this would make is not right, or changes what needs a restart: nothing was changed.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refused"}}}},
    "503": "The service shuts down, or what must be written down cannot be."
  }
})";

const std::string_view kHistory = R"({
  "operationId": "history",
  "summary": "The last hour of the metrics, for charts.",
  "parameters": [
    {"name": "minutes", "in": "query", "required": false, "description": "How many of the newest.",
     "schema": {"type": "integer", "minimum": 1, "maximum": 60, "default": 60}}
  ],
  "responses": {
    "200": {"description": "A line for each chart and camera, sink or reason; null where nothing is known.",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/History"}}}},
    "400": "A parameter is wrong or unknown."
  }
})";

const std::string_view kControlSchemas = R"({
  "Ready": {
    "type": "object",
    "properties": {"status": {"enum": ["starting", "ready", "stopping"]}, "reasons": {"type": "array", "items": {"type": "string"}}},
    "required": ["status"],
    "additionalProperties": false
  },
  "FleetChange": {
    "type": "object",
    "properties": {"added": {"type": "array", "items": {"type": "string"}}, "removed": {"type": "array", "items": {"type": "string"}}, "restarted": {"type": "array", "items": {"type": "string"}}, "unchanged": {"type": "array", "items": {"type": "string"}},
      "stuck": {"type": "array", "items": {"type": "string"}, "description": "Those whose threads had not ended in time."}},
    "required": ["added", "removed", "restarted", "unchanged"],
    "additionalProperties": false
  },
  "RegionsChange": {
    "type": "object",
    "properties": {"yaml": {"type": "string"}, "added": {"type": "array", "items": {"type": "string"}}, "removed": {"type": "array", "items": {"type": "string"}}, "restarted": {"type": "array", "items": {"type": "string"}}, "unchanged": {"type": "array", "items": {"type": "string"}},
      "stuck": {"type": "array", "items": {"type": "string"}, "description": "Those whose threads had not ended in time."}},
    "required": ["yaml", "added", "removed", "restarted", "unchanged"],
    "additionalProperties": false
  },
  "Refused": {
    "type": "object",
    "properties": {
      "error": {"type": "string"},
      "problems": {"type": "array", "items": {
        "type": "object",
        "properties": {"line": {"type": "integer"}, "message": {"type": "string"}},
        "required": ["line", "message"]}}
    },
    "required": ["error", "problems"],
    "additionalProperties": false
  },
  "ByHand": {
    "type": "object",
    "properties": {"error": {"type": "string"}, "yaml": {"type": "string", "description": "What a person can write into the file."}},
    "required": ["error"],
    "additionalProperties": false
  },
  "Paused": {
    "type": "object",
    "properties": {"id": {"type": "string"}, "paused": {"type": "boolean"}},
    "required": ["id", "paused"],
    "additionalProperties": false
  },
  "NewCamera": {
    "type": "object",
    "properties": {
      "id": {"type": "string"},
      "config": {"type": "object", "description": "As under cameras: in the configuration file."}
    },
    "required": ["id", "config"],
    "additionalProperties": false
  },
  "Region": {
    "type": "object",
    "properties": {
      "name": {"type": "string"},
      "mode": {"enum": ["include", "exclude"]},
      "polygon": {"type": "array", "description": "Corners, as shares of width and height.",
                  "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}},
      "anchor": {"enum": ["bottom_center", "center", "top_center"]},
      "schedule": {"type": "array", "items": {"type": "string"}},
      "min_width": {"type": "number"}, "min_height": {"type": "number"},
      "max_width": {"type": "number"}, "max_height": {"type": "number"}
    },
    "required": ["name", "polygon"]
  },
  "NewRegions": {
    "type": "object",
    "properties": {"regions": {"type": "array", "items": {"$ref": "#/components/schemas/Region"}}},
    "required": ["regions"],
    "additionalProperties": false
  },
  "CameraRegions": {
    "type": "object",
    "properties": {
      "id": {"type": "string"},
      "regions": {"type": "array", "items": {"$ref": "#/components/schemas/Region"}},
      "detectors": {"type": "array", "items": {
        "type": "object",
        "properties": {"type": {"type": "string"}, "regions": {"type": "array", "items": {"$ref": "#/components/schemas/Region"}}},
        "required": ["type", "regions"]}},
      "writable": {"type": "boolean", "description": "Whether the configuration file can be written here."}
    },
    "required": ["id", "regions", "detectors", "writable"],
    "additionalProperties": false
  },
  "History": {
    "type": "object",
    "properties": {
      "step_seconds": {"type": "integer"},
      "times": {"type": "array", "items": {"type": "integer"}, "description": "Unix seconds."},
      "series": {"type": "object", "additionalProperties": {
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": ["number", "null"]}}}}
    },
    "required": ["step_seconds", "times", "series"],
    "additionalProperties": false
  }
})";

}  // namespace kinesight::infer::described
