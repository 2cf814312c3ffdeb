"""From one source file per lesson to the notebooks, for the command ``dlcourse build``.

A lesson goes through ``source`` (parse), ``lints``, ``notebook`` (assemble), ``execute``, ``labels`` and
``canonical`` (the same bytes each time). ``build`` is all of it, ``check`` compares a notebook with its
source, and ``script`` runs a source without Jupyter.
"""
