# The course in a container: JupyterLab, the package and the notebooks, run by an ordinary user.
#   docker build -t dlcourse .                       (--build-arg TORCH=cpu brings PyTorch for lesson 07)
#   docker run --rm -p 8888:8888 dlcourse            then open the address that JupyterLab prints
ARG BASE=debian:bookworm-slim
FROM ${BASE}

RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 student

ARG TORCH=no
WORKDIR /opt/dlcourse
RUN python3 -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH

COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY tools tools
COPY dlcourse dlcourse
RUN TORCH=${TORCH} python tools/install_torch.py --no-cache-dir -c constraints.txt \
 && pip install --no-cache-dir -c constraints.txt '.[lab]'

COPY --chown=student:student notebooks /home/student/course
USER student
WORKDIR /home/student/course
EXPOSE 8888
CMD ["jupyter", "lab", "--ip=0.0.0.0", "--port=8888", "--no-browser"]
