# SPDX-License-Identifier: Apache-2.0
"""A mirror that is given the wrong thing says what it takes."""
import os
import subprocess

import polycentric as p
import tap

with p.Park() as park:
    register = park.register(3)
    doctor = park.doctor(register)
    for name, address in (("as it is", register.url), ("with a slash", register.url + "/")):
        ran = park.mirror_once(register.url, "copy", register.vkey, "--peers", address)
        tap.ok(ran.status == p.UNREADABLE and "addresses of other mirrors and of witnesses" in ran.err and "the register itself" in ran.err and not os.path.exists(park.at("copy")),
               f"peers: the register's own address, {name}", ran.err)
    ran = park.mirror_once(register.url, "copy", register.vkey, "--peers", doctor.url)
    tap.ok(ran.status == p.IN_STEP and "not of a register" in ran.err and "status 404" in ran.err, "peers: the address of a register under another name", ran.err)

    ssh = park.at("ssh.key")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", ssh], check=True)
    park.run("key", "new", park.at("own.key"), "--name", "S1")
    with open(park.at("own.pub"), "w", encoding="utf-8") as file:
        file.write(park.run("key", "show", park.at("own.key")).stdout)
    with open(park.at("text"), "w", encoding="utf-8") as file:
        file.write("secret\n" * 5000)
    for name, path in (("a key of OpenSSH", ssh), ("its public half", ssh + ".pub"), ("a public key of our own", park.at("own.pub")), ("some text", park.at("text"))):
        ran = park.mirror_once(register.url, "copy", register.vkey, "--read-with", path)
        tap.ok(ran.status == p.UNREADABLE and "that 'comity key new' made" in ran.err and path in ran.err, f"read-with: {name}", ran.err)
    os.chmod(park.at("own.key"), 0o644)
    ran = park.mirror_once(register.url, "copy", register.vkey, "--read-with", park.at("own.key"))
    tap.ok(ran.status == p.UNREADABLE and "others may read this secret key" in ran.err, "read-with: one that others may read", ran.err)
    ran = park.mirror_once(register.url, "copy", register.vkey, "--read-with", park.at("none.key"))
    tap.ok(ran.status == p.UNREADABLE and "No such file" in ran.err, "read-with: one that is not there", ran.err)
tap.done()
