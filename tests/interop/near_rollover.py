"""Publishes with GStreamer, all of its numbers shortly before they roll over, until it is ended: near_rollover.py WHIP TOKEN"""

import sys
import time

import gst_peer
from colours import GREEN
from rest import Joined

_, whip, token = sys.argv
gst_peer.Publisher(Joined(token, whip, ""), GREEN, near_rollover=True).start()
print("publishing", flush=True)
while True:
    time.sleep(60)
