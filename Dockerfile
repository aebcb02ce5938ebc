# The autograder for an instructor: see docs/containers.md for how to build and run it.
FROM debian:trixie-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends libseccomp2 make python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

COPY . /opt/autograder
RUN make --directory /opt/autograder .venv/.stamp PYTHON=python3
ENV PATH=/opt/autograder/.venv/bin:$PATH

# Not root: then candidates run as this user, confined by the kernel, and nothing else is needed.
RUN useradd --create-home --uid 1000 instructor && install --directory --owner instructor /course
USER instructor
WORKDIR /course
ENTRYPOINT ["autograder"]
CMD ["doctor"]
