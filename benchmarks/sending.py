"""Personal mails a second, and process, into a sink on loopback: `python -m benchmarks.sending`.

The sink takes letters and throws them away, in a process of its own. The database is an empty one
of its own too. Prints one line: letters, seconds, letters a second.
"""

import multiprocessing
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

from benchmarks.table import Figure, benchmark


def sink(listener: socket.socket, pipelining: bool) -> None:
    while True:
        connection, _address = listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        talk(connection, pipelining)


def talk(connection: socket.socket, pipelining: bool) -> None:
    connection.sendall(b"220 sink\r\n")
    buffer, in_data = b"", False
    greeting = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n" if pipelining else b"250 sink\r\n"
    while received := connection.recv(262_144):
        buffer += received
        answers = b""
        while True:
            end = buffer.find(b"\r\n.\r\n" if in_data else b"\r\n")
            if end < 0:
                break
            line, buffer = buffer[:end], buffer[end + (5 if in_data else 2) :]
            verb = line[:4].upper()
            if in_data:
                in_data, answer = False, b"250 taken\r\n"
            elif verb == b"EHLO":
                answer = greeting
            elif verb == b"DATA":
                in_data, answer = True, b"354 go on\r\n"
            elif verb == b"QUIT":
                connection.sendall(answers + b"221 bye\r\n")
                return
            else:
                answer = b"250 OK\r\n"
            answers += answer
        if answers:
            connection.sendall(answers)


@benchmark
def letters_sent() -> Figure:
    """Ten thousand personal letters by one process into a sink that throws them away."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "HEADWATER_DATA": folder}
        environment["DJANGO_SETTINGS_MODULE"] = "headwater.config.settings"
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.sending", "10000"],
            env=environment, check=True, capture_output=True, text=True,
        )  # fmt: skip
    found = re.findall(r"^sent, (\w+).*?([\d,]+) a second$", done.stdout, re.MULTILINE)
    pace = {kind: int(figure.replace(",", "")) for kind, figure in found}
    best = max(pace.values())
    return Figure(
        work="personal letters into a sink, one process",
        ours=f"{pace['pipelining']:,} a second (without pipelining {pace['plain']:,})",
        peer="django-newsletter 189 a second (quoted, 2026)",
        ratio=f"{best / 189:.0f}",
        reach="2,000 a second",
        is_reached=best >= 2000,
    )


def measure(letters: int, pipelining: bool) -> float:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.utils.timezone import now

    from headwater.mail import sending
    from headwater.mail.models import State
    from headwater.mail.wording import Words, from_paragraphs
    from headwater.mail.writing import mail_words
    from headwater.partners.models import Basis
    from headwater.people.models import House, Person

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    at = now()
    House.objects.get_or_create(
        pk=1, defaults={"name": "Harbour", "from_email": "post@harbour.example", "created_at": at}
    )
    if not Person.objects.exists():
        people = Person.objects.bulk_create(
            Person(name=f"Reader {n}", first_name=f"Reader {n}", email=f"reader{n}@example.org",
                   email_key=f"reader{n}@example.org", created_at=at)
            for n in range(letters)
        )  # fmt: skip
        Basis.objects.bulk_create(
            Basis(person=p, purpose="newsletter", ground="consent", given_at=at) for p in people
        )
    listener = socket.create_server(("127.0.0.1", 0))
    server = multiprocessing.get_context("fork").Process(
        target=sink, args=(listener, pipelining), daemon=True
    )
    server.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    text = "Dear [[greeting]],\n\n" + "Mackerel are in, the quay is loud. " * 40 + "\n"
    began = time.perf_counter()
    mailing = mail_words(
        Words("Boats for [[greeting]]", text, from_paragraphs(text)), title="Boats",
        people=Person.objects.all(), purpose="newsletter", at=at, send_at=at,
    )  # fmt: skip
    prepared = time.perf_counter() - began
    began, worked = time.perf_counter(), time.process_time()
    while sending.send_due(single=False):
        pass
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    server.terminate()
    assert mailing.counts() == {State.SENT: letters}, mailing.counts()
    kind = "pipelining" if pipelining else "plain"
    print(f"prepared\t{letters}\t{prepared:.2f} s\t{letters / prepared:,.0f} a second")
    print(f"sent, {kind}\t{letters}\t{seconds:.2f} s\t{letters / seconds:,.0f} a second")
    print(f"of that, our own processor time\t{worked:.2f} s\t{letters / worked:,.0f} a second")
    return letters / seconds


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HEADWATER_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "headwater.config.settings")
        count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
        measure(count, pipelining=True)
        measure(count, pipelining=False)
