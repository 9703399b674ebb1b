"""The independent reference: what OpenCV, ONNX Runtime and NumPy find in a video, with the models' own published pre-
and postprocessing. It shares no code and no library with the product's vision/.

    detect.py VIDEO MODEL EVERY CONF     prints one JSON object for every EVERY-th frame:
                                         {"frame": 0, "detections": [{"label": "person", "conf": 0.9, "box": [x, y, w, h]}]}

It knows two heads: YOLOX as its demo reads it (raw BGR, upper left corner, boxes relative to the cells), and YOLOv8 as
its exporter's predictor does (RGB, 0 to 1, centred)."""

import ast
import json
import sys

import cv2
import numpy as np
import onnxruntime

GREY = 114
COCO = (
    "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant,stop sign,parking meter,"
    "bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,backpack,umbrella,handbag,tie,suitcase,frisbee,"
    "skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine glass,"
    "cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,"
    "potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,"
    "refrigerator,book,clock,vase,scissors,teddy bear,hair drier,toothbrush"
).split(",")


class Yolox:
    def __init__(self, height, width):
        self.size = (height, width)

    def prepare(self, frame):
        """Returns the model's input, and how to bring its (left, top, right, bottom) back into the frame."""
        scale = min(self.size[0] / frame.shape[0], self.size[1] / frame.shape[1])
        height, width = int(frame.shape[0] * scale), int(frame.shape[1] * scale)
        canvas = np.full((*self.size, 3), GREY, np.uint8)
        canvas[:height, :width] = cv2.resize(frame, (width, height), interpolation=cv2.INTER_LINEAR)
        return canvas.astype(np.float32), lambda corners: corners / scale

    def decode(self, output):
        """(left, top, right, bottom) and a score a class for every row of [cells, 5 + classes]."""
        cells = []
        for stride in (8, 16, 32):
            rows, columns = np.mgrid[: self.size[0] // stride, : self.size[1] // stride]
            cells.append(np.stack([columns.ravel(), rows.ravel(), np.full(rows.size, stride)], axis=1))
        cells = np.concatenate(cells)
        centre = (output[:, :2] + cells[:, :2]) * cells[:, 2:]
        half = np.exp(output[:, 2:4]) * cells[:, 2:] / 2
        return np.concatenate([centre - half, centre + half], axis=1), output[:, 4:5] * output[:, 5:]


class Yolov8:
    def __init__(self, height, width):
        self.size = (height, width)

    def prepare(self, frame):
        scale = min(self.size[0] / frame.shape[0], self.size[1] / frame.shape[1])
        width, height = round(frame.shape[1] * scale), round(frame.shape[0] * scale)
        across, down = (self.size[1] - width) / 2, (self.size[0] - height) / 2
        left, top = round(across - 0.1), round(down - 0.1)
        right, bottom = round(across + 0.1), round(down + 0.1)
        small = cv2.resize(frame, (width, height), interpolation=cv2.INTER_LINEAR)
        canvas = cv2.copyMakeBorder(small, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(GREY,) * 3)
        rgb = canvas[:, :, ::-1].astype(np.float32) / 255
        return rgb, lambda corners: (corners - (left, top, left, top)) / scale

    def decode(self, output):
        """The same for the columns of [4 + classes, cells]."""
        centre, half = output[:2].T, output[2:4].T / 2
        return np.concatenate([centre - half, centre + half], axis=1), output[4:].T


def overlap(box, others):
    """Intersection over union of one (left, top, right, bottom) with many."""
    inner = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    both = np.prod(np.clip(inner, 0, None), axis=1)
    return both / (np.prod(box[2:] - box[:2]) + np.prod(others[:, 2:] - others[:, :2], axis=1) - both)


def suppress(corners, scores, threshold):
    """Indices of the boxes of one class that stay, the most confident first."""
    order, kept = np.argsort(-scores, kind="stable"), []
    while order.size:
        kept.append(order[0])
        order = order[1:][overlap(corners[order[0]], corners[order[1:]]) <= threshold]
    return kept


class Reference:
    def __init__(self, model):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0]
        metadata = self.session.get_modelmeta().custom_metadata_map
        names = ast.literal_eval(metadata["names"]) if "names" in metadata else COCO
        self.names = [names[i] for i in range(len(names))]
        height, width = self.input.shape[2:]
        wide = self.session.get_outputs()[0].shape[-1] == 5 + len(self.names)
        self.head = (Yolox if wide else Yolov8)(height, width)

    def detect(self, frame, conf, iou=0.45):
        picture, back = self.head.prepare(frame)
        blob = np.ascontiguousarray(picture.transpose(2, 0, 1)[None])
        corners, scores = self.head.decode(self.session.run(None, {self.input.name: blob})[0][0])
        labels, best = scores.argmax(axis=1), scores.max(axis=1)
        found = []
        for label in np.unique(labels[best >= conf]):
            mine = (labels == label) & (best >= conf)
            for i in suppress(corners[mine], best[mine], iou):
                limits = (frame.shape[1], frame.shape[0]) * 2
                left, top, right, bottom = np.clip(back(corners[mine][i]), 0, limits).tolist()
                found.append({"label": self.names[label], "conf": float(best[mine][i]),
                              "box": [left, top, right - left, bottom - top]})
        return sorted(found, key=lambda detection: -detection["conf"])


def frames(video, every):
    """Every every-th frame with its number."""
    capture = cv2.VideoCapture(video)
    number = 0
    while capture.grab():
        if number % every == 0:
            yield number, capture.retrieve()[1]
        number += 1


def main():
    video, model, every, conf = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    reference = Reference(model)
    for number, frame in frames(video, every):
        print(json.dumps({"frame": number, "detections": reference.detect(frame, conf)}))


if __name__ == "__main__":
    main()
