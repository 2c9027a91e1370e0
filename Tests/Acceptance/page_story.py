"""What the stories of the page share: machines with their programs, and a word for each thing that was checked."""

import os
import subprocess

PERIOD = "201905B"


def check(what, holds):
    if not holds:
        print(f"BAD {what}")
        raise SystemExit(1)
    print(f"OK  {what}")


class Machines:
    def __init__(self, binaries, folder):
        self.binaries, self.folder, self.port = binaries, folder, 0
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.data = os.path.join(folder, "server")
        plan = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Plans/zhumadian-2018-25.yaml")
        self.run("plansyncd", "init", "--data", self.data, "--plan", plan)
        self.server = self.page = None

    def run(self, program, *arguments, codes=(0,)):
        done = subprocess.run(
            [os.path.join(self.binaries, program), *arguments], capture_output=True, text=True, timeout=120)
        if done.returncode not in codes:
            print(f"BAD {program} {' '.join(arguments)}: {done.returncode} {done.stderr}")
            raise SystemExit(1)
        return done.stdout

    def start_server(self):
        self.server = subprocess.Popen(
            [os.path.join(self.binaries, "plansyncd"), "serve", "--data", self.data, "--listen",
             f"127.0.0.1:{self.port}"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(self.server.stdout.readline().rsplit(":", 1)[1])

    @staticmethod
    def stop(process):
        process.terminate()
        process.wait(30)

    def token(self, tenant, role):
        return self.run("plansyncd", "token", "--data", self.data, "--tenant", tenant, "--role", role).strip()

    def client(self, name, *arguments, codes=(0,)):
        return self.run(
            "plansync", *arguments, "--home", os.path.join(self.folder, name), "--lang", "zh", "--author", name,
            codes=codes)

    def start_page(self, name, person="王敏"):
        self.page = subprocess.Popen(
            [os.path.join(self.binaries, "plansync"), "page", "--port", "0", "--home",
             os.path.join(self.folder, name), "--lang", "zh", "--author", person], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        address = "http://" + self.page.stdout.readline().strip().split("http://")[1]
        return address, address.split("/enter")[0]
