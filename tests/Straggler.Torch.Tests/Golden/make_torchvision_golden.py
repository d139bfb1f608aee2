"""Makes torchvision.json: what torchvision's own models say, for the tests to compare with.

Run once by hand with torch 1.13 and torchvision 0.14 (Debian's python3-torchvision); nothing else depends on Python.
Weights, inputs and labels come from formulas that the tests repeat, so no random numbers are involved.
"""
import json
import math

import torch
import torchvision

CLASSES = 10


def pattern(count, salt):
    """Numbers in [-1, 1) without visible order."""
    k = torch.arange(count, dtype=torch.int64)
    return ((k * 7919 + salt * 104729 + (k * k) % 8191) % 2003).to(torch.float64) / 1001.5 - 1


def fill(model):
    for salt, (name, tensor) in enumerate((n, t) for n, t in model.state_dict().items() if t.dtype == torch.float32):
        values = pattern(tensor.numel(), salt)
        if tensor.dim() > 1:
            values = values * math.sqrt(6 * tensor.shape[0] / tensor.numel())
        elif name.endswith("running_var") or ("bias" not in name and "running_mean" not in name):
            values = 1 + values / 4
        else:
            values = values / 10
        tensor.copy_(values.reshape(tensor.shape).to(torch.float32))


def measure(make, side):
    model = make(num_classes=CLASSES)
    result = {
        "parameters_1000": sum(p.numel() for p in make().parameters()),
        "state": {name: list(tensor.shape) for name, tensor in model.state_dict().items()},
    }
    with torch.no_grad():
        fill(model)
    inputs = pattern(4 * 3 * side * side, 99).reshape(4, 3, side, side).to(torch.float32)
    labels = torch.tensor([3, 1, 4, 1])
    model.eval()
    logits = model(inputs)
    result["logits"] = logits.flatten().tolist()
    loss = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    result["eval_gradient_norms"] = {name: p.grad.double().norm().item() for name, p in model.named_parameters()}
    if any(isinstance(m, torch.nn.Dropout) for m in model.modules()):
        return result
    # In float64 and with a tiny rate: from a few samples a deep network's losses soon depend on the last bit.
    model = make(num_classes=CLASSES)
    with torch.no_grad():
        fill(model)
    model.double().train()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.0001, momentum=0.9, weight_decay=0.001, nesterov=True)
    losses = []
    for _ in range(2):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(inputs.double()), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    result["train_losses"] = losses
    result["buffer_norms"] = {n: b.norm().item() for n, b in model.named_buffers() if b.dtype == torch.float64}
    return result


if __name__ == "__main__":
    torch.set_num_threads(1)
    golden = {
        "squeezenet": measure(torchvision.models.squeezenet1_1, 32),
        "resnet18": measure(torchvision.models.resnet18, 32),
        "resnet34": measure(torchvision.models.resnet34, 32),
    }
    with open("torchvision.json", "w", encoding="ascii") as file:
        json.dump(golden, file, indent=1)
        file.write("\n")
