"""Which places answer for which object, and how wrong they are."""

import math

import torch
import torch.nn.functional as F

from net import decode, places

MOST_PLACES = 10  # Per object.
REACH = 1.2       # Strides around an object's centre within which a place may answer even when it lies outside.


def to_corners(boxes):
    return torch.cat((boxes[..., :2] - boxes[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2), -1)


def overlap(a, b, complete=False):
    """IoU of corner boxes that broadcast; `complete`: CIoU (Zheng et al. 2020), less for distance and shape."""
    eps = 1e-7
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    inter = (high - low).clamp(min=0).prod(-1)
    size_a, size_b = (a[..., 2:] - a[..., :2]).clamp(min=eps), (b[..., 2:] - b[..., :2]).clamp(min=eps)
    iou = inter / (size_a.prod(-1) + size_b.prod(-1) - inter + eps)
    if not complete:
        return iou
    hull = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])
    distance = ((a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) ** 2).sum(-1) / 4
    shape = 4 / math.pi**2 * (torch.atan(size_b[..., 0] / size_b[..., 1]) - torch.atan(size_a[..., 0] / size_a[..., 1])) ** 2
    with torch.no_grad():
        weight = shape / (1 - iou + shape + eps)
    return iou - distance / ((hull**2).sum(-1) + eps) - weight * shape


@torch.no_grad()
def assign(boxes, scores, truth, centres, strides):
    """Task-aligned assignment (Feng et al. 2021) for one picture.

    boxes [N, 4] corners and scores [N, C] as predicted now, truth [K, 5] class and corners.
    Returns the indices of the places that answer, the object of each, and the score each should give.
    """
    classes, corners = truth[:, 0].long(), truth[:, 1:]
    middle, half = (corners[:, :2] + corners[:, 2:]) / 2, (corners[:, 2:] - corners[:, :2]) / 2
    distance = (centres[None] - middle[:, None]).abs()                      # [K, N, 2]
    inside = (distance < half[:, None]).all(-1)
    near = (distance < REACH * strides[None]).all(-1)
    # Small objects have few places inside, or none: those around their middle may answer as well.
    candidates = inside | (near & (half.min(-1).values[:, None] < 12))
    iou = overlap(corners[:, None], boxes[None]).clamp(min=0)              # [K, N]
    fitness = scores[:, classes].T.clamp(min=1e-6).sqrt() * iou**4 * candidates
    best, index = fitness.topk(MOST_PLACES, dim=1)
    chosen = torch.zeros_like(fitness).scatter_(1, index, (best > 0).float()) * fitness
    value, owner = chosen.max(0)                                            # A place answers for one object.
    answering = (value > 0).nonzero().squeeze(1)
    owner = owner[answering]
    # The best place of an object should score its IoU, the others in proportion to their fitness.
    best_fitness = chosen.amax(1).clamp(min=1e-9)
    best_iou = (iou * (chosen > 0)).amax(1)
    target = value[answering] / best_fitness[owner] * best_iou[owner]
    return answering, owner, target


def detection_loss(offsets, logits, truths, shape, focus=2.0):
    """The box loss (CIoU) and the score loss (varifocal, Zhang et al. 2021) of a batch.

    offsets [B, N, 4], logits [B, N, C] as Detector.raw() gives them; truths: per picture [K, 5] class and corners.
    focus: how much the score loss leaves easy empty places alone; 0 counts them all.
    """
    centres, strides = places(*shape)
    # An untrained network predicts anything: keep the exponential of the sizes finite.
    offsets = torch.cat((offsets[..., :2], offsets[..., 2:].clamp(-4, 4)), -1)
    boxes = to_corners(decode(offsets, centres, strides))
    target = torch.zeros_like(logits)
    box_loss = offsets.sum() * 0
    total = 1e-3
    scores = logits.detach().sigmoid()
    for k, truth in enumerate(truths):
        if len(truth) == 0:
            continue
        truth = torch.from_numpy(truth)
        answering, owner, value = assign(boxes[k].detach(), scores[k], truth, centres, strides)
        target[k, answering, truth[owner, 0].long()] = value
        box_loss = box_loss + ((1 - overlap(boxes[k, answering], truth[owner, 1:], complete=True)) * value).sum()
        total += value.sum().item()
    weight = torch.where(target > 0, target.new_ones(()), 0.75 * scores**focus)
    score_loss = (F.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight).sum()
    return 5 * box_loss / total, score_loss / total
