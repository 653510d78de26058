#!/bin/sh
# The data folder is empty or a volume; the model that was built with the image stands beside it.
set -eu
mkdir -p "$FIRSTLINE_DATA_DIR"
ln -sfn /opt/firstline/models "$FIRSTLINE_DATA_DIR/models"
exec "$@"
