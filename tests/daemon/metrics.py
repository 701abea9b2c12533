"""The figures of a head, read over its real socket by the parser of a real client library (python3-prometheus-client)."""

import subprocess
import sys

try:
    from prometheus_client.parser import text_string_to_metric_families
except ImportError:
    print("no parser here: install python3-prometheus-client")
    sys.exit(77)

PORT = 9410
ASK = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{PORT}/metrics', timeout=5).read().decode(), end='')"


def metrics_part():
    """Lines of hacore.toml."""
    return f'[metrics]\nlisten = "127.0.0.1:{PORT}"\n'


def metrics_of(head):
    """Families by name. Each head listens on its own loopback."""
    asked = head.enter("python3", "-c", ASK, stdout=subprocess.PIPE, text=True)
    text, _ = asked.communicate(timeout=20)
    assert asked.returncode == 0, "no metrics"
    return {family.name: family for family in text_string_to_metric_families(text)}


def figure(families, name, **labels):
    """The value of the one sample of that name with these labels, None if there is none."""
    found = [sample.value for family in families.values() for sample in family.samples
             if sample.name == name and labels.items() <= sample.labels.items()]
    assert len(found) < 2, f"{name} {labels}: {len(found)} samples"
    return found[0] if found else None
