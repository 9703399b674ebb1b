"""The demo detector: a small anchor-free network whose output is laid out as YOLOv8's.

Input:  images  [B, 3, H, W]  RGB, 0 to 1, H and W multiples of 32.
Output: [B, 4 + C, N]  cx, cy, w, h in input pixels, then one score (0 to 1) per class; N = H*W/64 + H*W/256 + H*W/1024.
"""

import torch
from torch import nn

STRIDES = (8, 16, 32)
CLASSES = ("knife", "gun", "fire", "smoke", "plate")


class Conv(nn.Sequential):
    """Convolution, batch norm, SiLU."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, groups=1):
        super().__init__(
            nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03),
            nn.SiLU(inplace=True),
        )


class Residual(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(Conv(width, width), Conv(width, width))

    def forward(self, x):
        return x + self.layers(x)


class Csp(nn.Module):
    """Cross-stage partial block (Wang et al. 2019): half of the channels pass through residual blocks, half do not."""

    def __init__(self, inputs, outputs, depth=1):
        super().__init__()
        half = outputs // 2
        self.left = Conv(inputs, half, 1)
        self.right = Conv(inputs, half, 1)
        self.blocks = nn.Sequential(*(Residual(half) for _ in range(depth)))
        self.merge = Conv(outputs, outputs, 1)

    def forward(self, x):
        return self.merge(torch.cat((self.blocks(self.left(x)), self.right(x)), 1))


class Pool(nn.Module):
    """Spatial pyramid pooling (He et al. 2014): three 5x5 maxima in a row see up to 13x13."""

    def __init__(self, width):
        super().__init__()
        self.enter = Conv(width, width // 2, 1)
        self.pool = nn.MaxPool2d(5, 1, 2)
        self.leave = Conv(width * 2, width, 1)

    def forward(self, x):
        x = self.enter(x)
        y = self.pool(x)
        z = self.pool(y)
        return self.leave(torch.cat((x, y, z, self.pool(z)), 1))


class Head(nn.Module):
    """Boxes and class scores of one stride, each by a branch of its own."""

    def __init__(self, inputs, width, classes):
        super().__init__()
        self.box = nn.Sequential(Conv(inputs, width), nn.Conv2d(width, 4, 1))
        self.score = nn.Sequential(Conv(inputs, width, 1), Conv(width, width), nn.Conv2d(width, classes, 1))
        nn.init.zeros_(self.box[-1].weight)
        nn.init.constant_(self.box[-1].bias, 0)
        nn.init.constant_(self.score[-1].bias, -4.6)  # Few places hold an object: start at a score of 0.01.

    def forward(self, x):
        return self.box(x), self.score(x)


class Detector(nn.Module):
    def __init__(self, classes=len(CLASSES), widths=(16, 24, 48, 64, 96)):
        super().__init__()
        w0, w1, w2, w3, w4 = widths
        self.stage2 = nn.Sequential(Conv(3, w0, 3, 2), Conv(w0, w1, 3, 2), Csp(w1, w1, 1), Conv(w1, w2, 3, 2), Csp(w2, w2, 2))
        self.stage3 = nn.Sequential(Conv(w2, w3, 3, 2), Csp(w3, w3, 2))
        self.stage4 = nn.Sequential(Conv(w3, w4, 3, 2), Csp(w4, w4, 1), Pool(w4))
        self.up = nn.Upsample(scale_factor=2, mode="nearest")
        self.down3 = Csp(w4 + w3, w3)
        self.down2 = Csp(w3 + w2, w2)
        self.rise3 = Conv(w2, w2, 3, 2)
        self.out3 = Csp(w2 + w3, w3)
        self.rise4 = Conv(w3, w3, 3, 2)
        self.out4 = Csp(w3 + w4, w4)
        self.heads = nn.ModuleList(Head(w, 32, classes) for w in (w2, w3, w4))

    def raw(self, images):
        """Box offsets [B, N, 4] and class logits [B, N, C]."""
        c2 = self.stage2(images)
        c3 = self.stage3(c2)
        c4 = self.stage4(c3)
        p3 = self.down3(torch.cat((self.up(c4), c3), 1))
        p2 = self.down2(torch.cat((self.up(p3), c2), 1))
        p3 = self.out3(torch.cat((self.rise3(p2), p3), 1))
        p4 = self.out4(torch.cat((self.rise4(p3), c4), 1))
        pairs = [head(p) for head, p in zip(self.heads, (p2, p3, p4))]
        return tuple(torch.cat([pair[k].flatten(2) for pair in pairs], 2).transpose(1, 2) for k in (0, 1))

    def forward(self, images):
        offsets, logits = self.raw(images)
        centres, strides = places(int(images.shape[2]), int(images.shape[3]))  # Constants of the exported graph.
        boxes = decode(offsets, centres, strides)
        return torch.cat((boxes, logits.sigmoid()), 2).transpose(1, 2)


def places(height, width):
    """Centres [N, 2] in pixels and strides [N, 1] of all the places that predict."""
    centres, strides = [], []
    for stride in STRIDES:
        rows, columns = height // stride, width // stride
        y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
        centres.append((torch.stack((x, y), -1).reshape(-1, 2) + 0.5) * stride)
        strides.append(torch.full((rows * columns, 1), float(stride)))
    return torch.cat(centres), torch.cat(strides)


def decode(offsets, centres, strides):
    """Boxes cx, cy, w, h in pixels: the centre moves by `offsets` strides, the size is a power of e strides."""
    xy = centres + offsets[..., :2] * strides
    wh = offsets[..., 2:].exp() * strides
    return torch.cat((xy, wh), -1)
