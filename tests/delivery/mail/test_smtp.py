"""The way to the mail server: what it says at each step, TLS, log-in, and that no secret comes out."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from mail_server import DROP, PASSWORD, USER, WAIT, MailServer, run_mail_server

from pressroom.delivery.mail.addresses import Mailbox, read_mailbox
from pressroom.delivery.mail.mime import Message, compose
from pressroom.delivery.mail.smtp import Line, Reply, ServerError, open_line
from pressroom.delivery.mail.trust import advise_without_starttls, make_context
from pressroom.delivery.settings import SettingsError, Smtp

SENDER = "AICHR–UN briefings <desk@example.org>"
ANN, BOB = Mailbox("Ann", "ann@example.org"), Mailbox("Bob", "bob@example.org")


def connect(server: MailServer, **told: Any) -> Smtp:
    usual = {"host": "127.0.0.1", "port": server.port, "user": USER, "password": PASSWORD, "sender": SENDER}
    return Smtp(**{**usual, "ca_file": server.ca_file, "timeout": 60, "pauses": (0, 0), **told})


def make_message(to: Mailbox = ANN, text: str = "Good morning.\n") -> Message:
    return compose(read_mailbox(SENDER), to, {"Subject": "Prüfung"}, text)


def send(settings: Smtp, messages: Sequence[Message]) -> list[Reply]:
    """Hand over messages on one line."""
    with open_line(settings) as line:
        return [line.send(message) for message in messages]


def say(line: Line, *people: Mailbox) -> list[tuple[str, str]]:
    replies = [line.send(make_message(person)) for person in people]
    return [(reply.state, reply.text) for reply in replies]


@pytest.mark.parametrize("security", ["starttls", "tls", "none"])
def test_a_message_arrives_as_it_was(security: str, tmp_path: Path) -> None:
    text = "Désolé.\n.\n..two\n" + "long " * 400 + "\nFrom here\n"
    with run_mail_server(tmp_path, security=security) as server:
        (reply,) = send(connect(server, security=security), [make_message(text=text)])
        assert reply.state == "accepted", reply
        ((recipient, message),) = server.accepted()
    assert recipient == "ann@example.org"
    assert message.get_content().replace("\r\n", "\n") == text
    assert message["Subject"] == "Prüfung"


def test_one_connection_serves_many(tmp_path: Path) -> None:
    with run_mail_server(tmp_path, {"rcpt": ["550 5.1.1 no such person"]}) as server:
        with open_line(connect(server)) as line:
            told = say(line, ANN, BOB, ANN)
        assert server.connections() == 1
        assert [state for state, _ in told] == ["refused", "accepted", "accepted"]
        assert told[0][1] == "550 5.1.1 no such person"


STAGES = {
    ("mail", "451 4.3.0 later"): ("deferred", "451 4.3.0 later"),
    ("mail", "552 5.3.4 too large"): ("refused", "552 5.3.4 too large"),
    ("mail", DROP): ("deferred", "broke"),
    ("rcpt", "450 4.2.0 greylisted"): ("deferred", "450 4.2.0 greylisted"),
    ("rcpt", "550 5.1.1 nobody"): ("refused", "550 5.1.1 nobody"),
    ("rcpt", "421 4.7.0 too many"): ("deferred", "421 4.7.0 too many"),
    ("rcpt", DROP): ("deferred", "broke"),
    ("data", "452 4.3.1 no room"): ("deferred", "452 4.3.1 no room"),
    ("data", "554 5.7.1 no"): ("refused", "554 5.7.1 no"),
    ("data", DROP): ("deferred", "broke"),
    ("body", DROP): ("deferred", "broke"),
    ("dot", "451 4.7.1 later"): ("deferred", "451 4.7.1 later"),
    ("dot", "554 5.6.0 spam"): ("refused", "554 5.6.0 spam"),
    ("dot", DROP): ("deferred", "broke"),
}


@pytest.mark.parametrize(("fault", "expected"), STAGES.items())
def test_a_fault_of_one_recipient_is_the_others_no_concern(
    fault: tuple[str, str], expected: tuple[str, str], tmp_path: Path
) -> None:
    stage, answer = fault
    with run_mail_server(tmp_path, {stage: [answer]}) as server:
        with open_line(connect(server)) as line:
            first, second = say(line, ANN, BOB)
        assert first[0] == expected[0]
        assert expected[1] in first[1]
        assert second[0] == "accepted"
        assert server.recipients() == ["bob@example.org"]


WIDE: Mapping[tuple[str, str], str] = {
    ("connect", "554 5.3.2 closed"): "turned us away: 554 5.3.2 closed",
    ("connect", DROP): "there is no connection",
    ("ehlo", DROP): "did not let us greet",
    ("starttls", "454 4.7.0 not now"): "did not let us start TLS: 454 4.7.0 not now",
    ("starttls", DROP): "did not let us start TLS",
    ("auth", "535 5.7.8 wrong"): "did not let us log in: 535 5.7.8 wrong",
    ("auth", DROP): "did not let us log in",
    (
        "mail",
        "553 5.7.1 not you",
    ): "takes no mail from AICHR–UN briefings <desk@example.org>: 553 5.7.1 not you",
}


@pytest.mark.parametrize(("fault", "told"), WIDE.items())
def test_a_fault_for_all_stops(fault: tuple[str, str], told: str, tmp_path: Path) -> None:
    stage, answer = fault
    with run_mail_server(tmp_path, {stage: [answer] * 3}) as server:
        with open_line(connect(server)) as line, pytest.raises(ServerError) as caught:
            say(line, ANN)
        assert told in str(caught.value)
        assert server.accepted() == []


@pytest.mark.parametrize(
    ("security", "user", "told"),
    [("starttls", USER, f"TLSv1.3, logged in as {USER}"), ("none", "", "no TLS, without a log-in")],
)
def test_a_line_is_tried_without_a_mail(security: str, user: str, told: str, tmp_path: Path) -> None:
    with run_mail_server(tmp_path, security=security, user=user) as server:
        with open_line(connect(server, security=security, user=user)) as line:
            assert line.connect() == f"127.0.0.1:{server.port}, {told}"
            assert line.send(make_message()).state == "accepted"
        assert server.connections() == 1
        assert server.recipients() == [ANN.address]


def test_a_server_that_is_busy_is_asked_again(tmp_path: Path) -> None:
    with (
        run_mail_server(tmp_path, {"connect": ["421 busy"] * 2}) as server,
        open_line(connect(server)) as line,
    ):
        assert say(line, ANN)[0][0] == "accepted"
        assert server.connections() == 3


def test_a_server_that_always_breaks_off_is_left_alone(tmp_path: Path) -> None:
    people = [Mailbox("", f"p{number}@example.org") for number in range(9)]
    with run_mail_server(tmp_path, {"body": [DROP] * 99}) as server, open_line(connect(server)) as line:
        with pytest.raises(ServerError, match="3 times without a mail accepted"):
            say(line, *people)
        assert server.connections() == 3


def test_nobody_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings = Smtp("127.0.0.1", port, "none", sender=SENDER)
    with pytest.raises(ServerError, match=f"no connection to 127.0.0.1:{port}: .*refused"):
        send(settings, [make_message()])


def test_a_silent_server_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = Smtp("127.0.0.1", silent.getsockname()[1], "none", sender=SENDER, timeout=1)
        with pytest.raises(ServerError, match="timed out"):
            send(settings, [make_message()])


@pytest.mark.slow
def test_a_server_may_think_about_a_message_longer_than_about_a_command(tmp_path: Path) -> None:
    with run_mail_server(tmp_path, {"dot": [WAIT]}) as server:
        (reply,) = send(connect(server, timeout=10), [make_message()])
        assert (reply.state, reply.text) == ("accepted", "250 2.0.0 queued at last")
        assert server.recipients() == ["ann@example.org"]


def test_what_breaks_off_on_our_side_is_not_taken_for_a_message(tmp_path: Path) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    with run_mail_server(tmp_path) as server:
        with pytest.raises(KeyboardInterrupt), open_line(connect(server)) as line:
            line.send(make_message(), before=fail)
        assert server.recipients() == []


def test_a_certificate_of_a_stranger_is_refused(tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "one") as server, run_mail_server(tmp_path / "other") as other:
        settings = connect(server, ca_file=other.ca_file)
        with pytest.raises(ServerError, match=r"unable to get local issuer certificate; ") as caught:
            send(settings, [make_message()])
    assert f"smtp.ca_file ({other.ca_file}) does not vouch for it" in str(caught.value)
    assert "smtp.ca_file may name the certificate of who signed it" in str(caught.value)


def test_a_certificate_that_signed_itself_may_be_named(tmp_path: Path) -> None:
    with (
        run_mail_server(tmp_path / "one", signs_itself=True) as server,
        run_mail_server(tmp_path / "other") as other,
        pytest.raises(ServerError, match=r"self-signed certificate; .* may name this certificate"),
    ):
        send(connect(server, ca_file=other.ca_file), [make_message()])


CERTIFICATES: Mapping[str, tuple[dict[str, Any], str]] = {
    "expired": ({"valid": (2000, 2001)}, "certificate has expired; whoever runs the server has to renew it"),
    "not yet": ({"valid": (2037, 2038)}, "certificate is not yet valid; see that this machine's clock"),
    "another's": (
        {"names": ("mail.example.org", "mx.example.org")},
        "not valid for '127.0.0.1'; it is for mail.example.org, mx.example.org; set smtp.host to a name",
    ),
}


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(("certificate", "told"), CERTIFICATES.values(), ids=CERTIFICATES)
def test_what_is_wrong_with_a_certificate_is_told_with_what_to_do(
    certificate: dict[str, Any], told: str, security: str, tmp_path: Path
) -> None:
    with run_mail_server(tmp_path, security=security, **certificate) as server:
        with pytest.raises(ServerError) as caught:
            send(connect(server, security=security), [make_message()])
        assert server.connections() <= 2
    assert told in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_host_that_is_named_otherwise_learns_the_names(tmp_path: Path) -> None:
    with (
        run_mail_server(tmp_path, names=("mail.example.org",)) as server,
        pytest.raises(ServerError, match=r"'localhost'; it is for mail\.example\.org; set smtp\.host"),
    ):
        send(connect(server, host="localhost"), [make_message()])


def test_this_machine_s_own_server_needs_no_good_certificate(tmp_path: Path) -> None:
    with run_mail_server(tmp_path) as server:
        assert send(connect(server, ca_file=None), [make_message()])[0].state == "accepted"


LETTERS = {"password": "pässwörd-κλειδί-🔑", "user": "désirée"}


@pytest.mark.parametrize("mechanisms", [("PLAIN", "LOGIN"), ("PLAIN",), ("LOGIN",)])
@pytest.mark.parametrize("names", [("password",), ("user",), ("user", "password")])
def test_letters_beyond_ascii_log_in(names: Sequence[str], mechanisms: Sequence[str], tmp_path: Path) -> None:
    told = {name: LETTERS[name] for name in names}
    with run_mail_server(tmp_path, mechanisms=mechanisms, **told) as server:
        assert send(connect(server, **told), [make_message()])[0].state == "accepted"


@pytest.mark.parametrize("mechanisms", [("PLAIN",), ("LOGIN",)])
@pytest.mark.parametrize("password", ["wrong-pässwörd", "l\udce4tin-1"])
def test_a_wrong_password_beyond_ascii_is_told_as_any_other(
    password: str, mechanisms: Sequence[str], tmp_path: Path
) -> None:
    with (
        run_mail_server(tmp_path, mechanisms=mechanisms, password=LETTERS["password"]) as server,
        pytest.raises(ServerError, match="did not let us log in: 535") as caught,
    ):
        send(connect(server, password=password), [make_message()])
    assert password not in str(caught.value)


def test_a_server_that_can_only_be_told_ascii_is_named(tmp_path: Path) -> None:
    told = "letters beyond ASCII in user or password need AUTH PLAIN"
    with (
        run_mail_server(tmp_path, mechanisms=["CRAM-MD5"]) as server,
        pytest.raises(ServerError, match=told),
    ):
        send(connect(server, password=LETTERS["password"]), [make_message()])


def test_another_machine_has_to_prove_who_it_is() -> None:
    context = make_context(Smtp("mail.example.org", sender=SENDER))
    assert context
    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)
    with pytest.raises(SettingsError, match='"none", which only this machine'):
        make_context(Smtp("mail.example.org", security="none", sender=SENDER))


def test_a_server_without_tls_is_told_with_what_to_set(tmp_path: Path) -> None:
    with run_mail_server(tmp_path, security="none") as server, pytest.raises(ServerError) as caught:
        send(connect(server), [make_message()])
    told = str(caught.value)
    assert f"did not let us start TLS: it offers no STARTTLS on port {server.port}; use another port" in told
    assert 'smtp.security = "tls" and smtp.port = 465, or "none", since' in told
    assert '"none"' not in advise_without_starttls(Smtp("mail.example.org"))


@pytest.mark.parametrize("served", ["none", "starttls"])
def test_plain_text_where_tls_was_meant_is_told(served: str, tmp_path: Path) -> None:
    with run_mail_server(tmp_path, security=served) as server, pytest.raises(ServerError) as caught:
        send(connect(server, security="tls"), [make_message()])
    told = f'TLS from the first byte on port {server.port}: set smtp.security = "starttls"'
    assert told in str(caught.value)


def test_tls_where_plain_text_was_meant_is_told(tmp_path: Path) -> None:
    with run_mail_server(tmp_path, security="tls") as server, pytest.raises(ServerError) as caught:
        send(connect(server, timeout=1), [make_message()])
    assert "timed out; if the server speaks TLS from the first byte" in str(caught.value)
    assert 'set smtp.security = "tls"' in str(caught.value)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_offers_no_log_in_is_told(security: str, tmp_path: Path) -> None:
    told = r"log in: it offers no log-in \(AUTH\) here; leave smtp\.user empty .* 587"
    with (
        run_mail_server(tmp_path, security=security, mechanisms=()) as server,
        pytest.raises(ServerError, match=told),
    ):
        send(connect(server, security=security), [make_message()])


@pytest.mark.parametrize("sender", ["", "nobody", "a@b.org, c@d.org", "x@"])
def test_a_sender_is_one_address(sender: str) -> None:
    with pytest.raises(SettingsError, match=r"smtp\.sender"):
        Line(Smtp(sender=sender))


@pytest.mark.parametrize("security", ["starttls", "none"])
def test_what_cannot_be_delivered_goes_where_the_setting_says(security: str, tmp_path: Path) -> None:
    with run_mail_server(tmp_path, {"mail": ["553 5.7.1 not you"]}, security=security) as server:
        settings = connect(server, security=security, envelope_sender="Bounces@Straße.example")
        with pytest.raises(ServerError, match=r"takes no mail from Bounces@Straße\.example: 553"):
            send(settings, [make_message()])
        send(settings, [make_message()])
        send(connect(server, security=security), [make_message()])
        assert server.senders() == ["Bounces@xn--strae-oqa.example", "desk@example.org"]
        ((_, message), _) = server.accepted()
    assert message["From"].addresses[0].addr_spec == "desk@example.org"


@pytest.mark.parametrize("address", ["nobody", "Desk <bounces@example.org>", "a@b.org, c@d.org"])
def test_an_envelope_has_one_address(address: str) -> None:
    with pytest.raises(SettingsError, match=r'"smtp\.envelope_sender" is .*an address alone'):
        Line(Smtp(sender=SENDER, envelope_sender=address))


def test_letters_beyond_ascii_need_a_server_that_takes_them(tmp_path: Path) -> None:
    desiree = Mailbox("Désirée", "désirée@xn--bcher-kva.example")
    with run_mail_server(tmp_path / "old", utf8=False) as server, open_line(connect(server)) as line:
        (first, second) = say(line, desiree, ANN)
        assert first[0] == "refused"
        assert "SMTPUTF8" in first[1]
        assert second[0] == "accepted"
    with run_mail_server(tmp_path / "new") as server, open_line(connect(server)) as line:
        assert say(line, desiree)[0][0] == "accepted"
        ((recipient, message),) = server.accepted()
    assert recipient == "désirée@xn--bcher-kva.example"
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == (desiree.name, desiree.address)


ECHOES: Sequence[str] = (PASSWORD, "AGJyaWVmaW5ncwBrTG85LXdvcmRsZXNzLXNlc2FtZQ==")


@pytest.mark.parametrize("echo", ECHOES)
def test_a_password_that_the_server_says_back_is_not_told(echo: str, tmp_path: Path) -> None:
    with run_mail_server(tmp_path, {"auth": [f"535 5.7.8 wrong: {echo} x"] * 3}) as server:
        settings = connect(server)
        with pytest.raises(ServerError, match=r"wrong: \*\*\* x") as caught:
            send(settings, [make_message()])
    assert PASSWORD not in repr(settings)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
