"""Makes modules of the .proto files with Debian's protoc and puts them beside those of the libraries."""

import os
import shutil
import subprocess
import sys

import google.protobuf
import grpc


def generate(protos, files, folder):
    arguments = [f"--proto_path={path}" for path in protos]
    plugin = shutil.which("grpc_python_plugin")
    subprocess.run(
        ["protoc", *arguments, f"--python_out={folder}", f"--grpc_python_out={folder}", f"--plugin=protoc-gen-grpc_python={plugin}", *files],
        check=True, timeout=60)
    sys.path.insert(0, folder)
    # Some of the files lie in packages that the libraries have too.
    grpc.__path__.append(os.path.join(folder, "grpc"))
    google.__path__.append(os.path.join(folder, "google"))
