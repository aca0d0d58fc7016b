"""Whether this account may open a device file, and what to do if not."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path

SETUP = "deploy/setup-devices"


def refusal(file: Path) -> str:
    """Empty when it may be opened."""
    if not file.exists() or os.access(file, os.R_OK | os.W_OK):
        return ""
    account = _account()
    group = _group_of(file)
    if group and account in grp.getgrnam(group).gr_mem:
        return f"无权打开：账号 {account} 已加入 {group} 组，重新登录或重启服务后生效"
    return f"无权打开：请以 root 运行 {SETUP} {account}，再重新登录或重启服务"


def _account() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _group_of(file: Path) -> str:
    try:
        return grp.getgrgid(file.stat().st_gid).gr_name
    except (KeyError, OSError):
        return ""
