"""Help desks, sales pipelines, audiences and events of web sites: each export comes to what its vendor means by it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

import seglib as sg
from seglib.command.cli import main
from seglib.intake.formats import recognise
from seglib.intake.sources import connect, read_table

HEADERS = yaml.safe_load((Path(__file__).parent / "export_headers.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def engine():
    return connect()


@pytest.fixture
def file(tmp_path):
    """A file of rows, under those headers of a format that they tell: a narrow export is quickly read."""

    def write(name: str, rows: list[dict], *, without: tuple[str, ...] = (), end: str = "") -> Path:
        keys = {key for row in rows for key in row}
        assert keys <= set(HEADERS[name])
        header = [column for column in HEADERS[name] if column in keys and column not in without]
        text = pd.DataFrame(rows).reindex(columns=header).to_csv(index=False)
        path = tmp_path / f"{name}.csv"
        path.write_text(text + end, encoding="utf-8")
        return path

    return write


@pytest.fixture
def read(file, engine):
    """Rows as read from such a file, by their number, and the facts of the file."""

    def once(name: str, table: str, rows: list[dict], **more) -> tuple[pd.DataFrame, dict]:
        asked = {key: more.pop(key) for key in ("columns", "date_format", "zone") if key in more}
        source = read_table(file(name, rows, **more), table, engine=engine, **asked)
        assert source.facts["format_name"] == name
        return by_number(source), source.facts

    return once


def by_number(source) -> pd.DataFrame:
    frame = source.table.to_pandas()
    number = {"tickets": "ticket_id", "deals": "deal_id", "contacts": "customer_id"}.get(source.format.table)
    return frame.set_index(number) if number else frame


def told(column: pd.Series) -> dict:
    """What a column tells, day and minute of its times, and None where it tells nothing."""
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.dt.strftime("%Y-%m-%d %H:%M")
    return {key: None if pd.isna(value) else value for key, value in column.to_dict().items()}


def skipped(facts: dict) -> dict[str, int]:
    return {one["why"]: one["rows"] for one in facts["skipped"]}


@pytest.mark.parametrize(
    "header",
    [
        "id,requester,requester_email,assignee,status,created_at,updated_at",
        "ticket_id,subject,status,priority,source,created_at,resolved_at,closed_at",
        "deal_id,deal_name,deal_stage,amount,close_date,company",
        "id,account_id,stage_name,close_date,value",
        "id,account_id,first_name,last_name,email,newsletter,country",
        "account_name,opportunity_name,stage,close_date,value,probability",
        "deal_id,deal_title,deal_stage,deal_status,deal_value,company",
        "person_id,person_name,person_email,newsletter",
        "timestamp,person_id,event,event_id,product_id,channel",
        "event_id,event,timestamp,user_id,session_id",
        "email_address,first_name,optin_time,country",
    ],
)
def test_a_table_of_ones_own_is_not_taken_for_a_vendors(header):
    assert recognise(header.split(",")).format is None


# Zendesk -----------------------------------------------------------------------


def zendesk(number: int, status: str, **more) -> dict:
    row = {
        "Summation column": 1,
        "Id": number,
        "Requester": "Ann Poe",
        "Assignee": "Sue",
        "Requester id": 900 + number,
        "Status": status,
    }
    row |= {"Requester external id": "-", "Requester email": f"a{number}@x.example", "Via": "Mail", "Organization": "-"}
    row |= {
        "Created at": "2024-01-05 10:00",
        "Updated at": "2024-01-09 09:00",
        "Solved at": "-",
        "Ticket type": "Question",
    }
    return row | {"First reply time in minutes": "-", "Tags": "help"} | more


def test_zendesk_tickets_are_over_when_solved_and_not_when_opened_again(read):
    rows = [
        zendesk(1, "Solved", **{"Solved at": "2024-01-06 12:30", "First reply time in minutes": "95"}),
        zendesk(2, "Open", **{"Solved at": "2024-01-06 12:30", "Requester external id": "C-2", "Organization": "Acme"}),
        zendesk(3, "Closed"),
        zendesk(4, "Deleted"),
        zendesk(5, "Closed", Tags="help closed_by_merge"),
    ]
    tickets, facts = read("zendesk_tickets", "tickets", rows)
    assert told(tickets.closed_at) == {"1": "2024-01-06 12:30", "2": None, "3": "2024-01-09 09:00"}
    assert told(tickets.answered_at) == {"1": "2024-01-05 11:35", "2": None, "3": None}
    assert told(tickets.customer_id) == {"1": "a1@x.example", "2": "C-2", "3": "a3@x.example"}
    assert told(tickets.company) == {"1": None, "2": "Acme", "3": None}
    assert set(tickets.reason) == {"Question"}
    assert skipped(facts) == {"requests that were deleted or are spam": 1, "request merged into another": 1}


def zendesk_api(number: int, status: str, changed: str, **more) -> dict:
    row = {
        "id": number,
        "via": {"channel": "email", "source": {}},
        "created_at": "2024-01-05T10:00:00Z",
        "status": status,
    }
    row |= {
        "updated_at": changed,
        "requester_id": 70 + number,
        "submitter_id": 70 + number,
        "tags": ["a"],
        "type": "problem",
    }
    return row | more


@pytest.mark.parametrize("last", [True, False])
def test_of_a_zendesk_ticket_that_two_days_tell_the_last_state_counts(tmp_path, engine, last):
    solved = {"reply_time_in_minutes": {"calendar": 30, "business": 10}, "solved_at": "2024-02-01T08:00:00Z"}
    pages = [
        [zendesk_api(1, "open", "2024-01-05T11:00:00Z"), zendesk_api(2, "open", "2024-01-05T11:00:00Z")],
        [
            zendesk_api(1, "closed", "2024-02-05T11:00:00Z", metric_set=solved),
            zendesk_api(3, "deleted", "2024-02-05T12:00:00Z"),
            zendesk_api(4, "closed", "2024-02-05T12:00:00Z", tags=["a", "closed_by_merge"]),
        ],
    ]
    for number, rows in enumerate(pages if last else reversed(pages)):
        page = {"tickets": rows, "next_page": "https://x.example/2", "count": len(rows), "end_of_stream": True}
        (tmp_path / f"{number}.json").write_text(json.dumps(page))
    source = read_table(tmp_path, "tickets", engine=engine, zone="Europe/Rome")
    tickets = by_number(source)
    assert source.facts["format_name"] == "zendesk_tickets_api"
    assert source.facts["doubts"] == []
    assert told(tickets.opened_at) == {"1": "2024-01-05 11:00", "2": "2024-01-05 11:00"}
    assert told(tickets.answered_at) == {"1": "2024-01-05 11:30", "2": None}
    assert told(tickets.closed_at) == {"1": "2024-02-01 09:00", "2": None}
    assert told(tickets.customer_id) == {"1": "71", "2": "72"}
    assert skipped(source.facts)["older state of a request that is told again"] == 1


def test_a_stream_of_zendesk_that_has_not_ended_has_more_pages(tmp_path, engine):
    rows = [zendesk_api(n, "open", "2024-01-05T11:00:00Z") for n in range(3)]
    (tmp_path / "t.json").write_text(json.dumps({"tickets": rows, "after_url": None, "end_of_stream": False}))
    facts = read_table(tmp_path / "t.json", "tickets", engine=engine).facts
    assert [one["name"] for one in facts["doubts"]] == ["more_pages"]


# Freshdesk ---------------------------------------------------------------------


def freshdesk(number: int, status: str, **more) -> dict:
    row = {
        "Ticket ID": number,
        "Subject": "Hello",
        "Status": status,
        "Priority": "Low",
        "Source": "Email",
        "Type": "Refund",
    }
    row |= {"Created time": f"2024-01-{number + 10} 10:00:00", "Email": f"A{number}@x.example", "Full name": "Ann Poe"}
    return row | {"Company Name": "Acme", "Initial response time": f"2024-01-{number + 10} 11:15:00"} | more


def test_freshdesk_tickets(read):
    solved = {"Resolved time": "2024-02-01 09:00:00"}
    rows = [
        freshdesk(1, "Closed", **solved, **{"Closed time": "2024-02-04 09:00:00"}),
        freshdesk(2, "Open", **solved, **{"Initial response time": ""}),
        freshdesk(3, "Resolved - no reply", **{"Last update time": "2024-02-02 09:00:00"}),
        freshdesk(4, "Waiting on Customer"),
    ]
    tickets, _ = read("freshdesk_tickets", "tickets", rows)
    over = {"1": "2024-02-01 09:00", "2": None, "3": "2024-02-02 09:00", "4": None}
    assert told(tickets.closed_at) == over
    assert told(tickets.answered_at)["2"] is None
    assert told(tickets.answered_at)["1"] == "2024-01-11 11:15"
    assert told(tickets.email) == {str(n): f"a{n}@x.example" for n in range(1, 5)}
    assert set(tickets.reason) == {"Refund"}
    assert set(tickets.channel) == {"Email"}


# HubSpot -----------------------------------------------------------------------


def hubspot_ticket(number: int, status: str, mails: str, **more) -> dict:
    row = {"Ticket ID": number, "Ticket name": "Help", "Pipeline": "Support", "Ticket status": status, "Source": "Chat"}
    row |= {
        "Create date": "2024-01-05 10:00",
        "All associated contact emails": mails,
        "Last activity date": "2024-02-02 10:00",
    }
    return row | more


def test_hubspot_tickets_are_of_the_one_contact_else_of_the_company(read):
    rows = [
        hubspot_ticket(1, "Closed", "ann@x.example", **{"Close date": "2024-01-06 09:30"}),
        hubspot_ticket(2, "Waiting on us", "bo@x.example; cy@x.example", **{"Associated Company (Primary)": "Acme"}),
        hubspot_ticket(
            3, "Closed (won back)", "di@x.example", **{"First agent email response date": "2024-01-05 10:20"}
        ),
    ]
    tickets, _ = read("hubspot_tickets", "tickets", rows)
    assert told(tickets.email) == {"1": "ann@x.example", "2": None, "3": "di@x.example"}
    assert told(tickets.company) == {"1": None, "2": "Acme", "3": None}
    assert told(tickets.closed_at) == {"1": "2024-01-06 09:30", "2": None, "3": "2024-02-02 10:00"}
    assert told(tickets.answered_at) == {"1": None, "2": None, "3": "2024-01-05 10:20"}


def hubspot_deal(number: int, stage: str, amount: str, **more) -> dict:
    row = {"Record ID": number, "Deal Name": "Chairs", "Deal Stage": stage, "Amount": amount, "Deal owner": "Sue"}
    row |= {"Create Date": "2024-01-05 10:00", "Close Date": "2024-02-05 10:00", "Pipeline": "Sales"}
    return row | {"Associated Company (Primary)": "Acme", "Associated Contact": "Ann Poe (ann@acme.example)"} | more


HUBSPOT_DEALS = [
    hubspot_deal(1, "Signed by all", "100", **{"Is Closed Won": "true", "Is closed lost": "false"}),
    hubspot_deal(2, "No thanks", "50", **{"Is Closed Won": "false", "Is closed lost": "true"}),
    hubspot_deal(3, "Offer", "70", **{"Is Closed Won": "false", "Is closed lost": "false"}),
    hubspot_deal(4, "Closed & Won (EU)", "30", **{"Associated Contact": "A (a@b.example); C (c@b.example)"}),
    hubspot_deal(5, "closedlost", "20", **{"Amount in company currency": "18", "Associated Company (Primary)": ""}),
]


def test_hubspot_deals_are_won_and_lost_whatever_the_account_calls_it(read):
    deals, facts = read("hubspot_deals", "deals", HUBSPOT_DEALS)
    assert told(deals.stage) == {"1": "won", "2": "lost", "3": "Offer", "4": "Won", "5": "lost"}
    assert {key: float(value) for key, value in told(deals.value).items()} == dict(
        zip("12345", (100, 50, 70, 30, 18), strict=True)
    )
    assert told(deals.email)["4"] is None
    assert told(deals.closed_at)["1"] == "2024-02-05 10:00"
    assert [one["checked"] for one in facts["holds"]] == [0]


def test_what_a_deal_is_worth_in_the_end_is_held_against_its_amount(read):
    more = {"Deal probability": "0.4"}
    rows = [hubspot_deal(n, "Offer", "100", **more, **{"Weighted amount": "40" if n else "4"}) for n in range(4)]
    _, facts = read("hubspot_deals", "deals", rows)
    assert [(one["checked"], one["failed"]) for one in facts["holds"]] == [(4, 1)]


# Salesforce --------------------------------------------------------------------


def opportunity(number: int, stage: str, closed: str, won: str, **more) -> dict:
    row = {
        "Id": f"006{number}",
        "IsDeleted": "false",
        "AccountId": f"001{number % 2}",
        "StageName": stage,
        "Amount": "1000.0",
    }
    row |= {"CloseDate": "2024-02-01", "IsClosed": closed, "IsWon": won, "CreatedDate": "2024-01-05T10:00:00.000+0000"}
    return row | {"Probability": "20.0", "ExpectedRevenue": "200.0", "OwnerId": "0051"} | more


OPPORTUNITIES = [
    opportunity(1, "Signed", "true", "true", Probability="100.0", ExpectedRevenue="1000.0"),
    opportunity(2, "Gone", "true", "false", Probability="0.0", ExpectedRevenue="0.0"),
    opportunity(3, "Prospecting", "false", "false"),
    opportunity(4, "Prospecting", "false", "false", IsDeleted="true"),
]


def test_salesforce_opportunities(read):
    deals, facts = read("salesforce_opportunities", "deals", OPPORTUNITIES, zone="Europe/Rome")
    assert told(deals.stage) == {"0061": "won", "0062": "lost", "0063": "Prospecting"}
    assert told(deals.customer_id) == {"0061": "0011", "0062": "0010", "0063": "0011"}
    assert told(deals.opened_at)["0061"] == "2024-01-05 11:00"
    assert told(deals.closed_at)["0061"] == "2024-02-01 00:00"
    assert [(one["checked"], one["failed"]) for one in facts["holds"]] == [(4, 0)]
    assert skipped(facts) == {"deal that was deleted": 1}


def test_salesforce_opportunities_without_flags_go_by_their_stage(read):
    rows = [opportunity(1, "Closed Won", "true", "true"), opportunity(2, "Closed Lost", "true", "false")]
    deals, _ = read("salesforce_opportunities", "deals", rows, without=("IsWon",))
    assert set(deals.stage) == {"Closed Won", "Closed Lost"}


REMARKS = '\n\n"Grand Totals (3 records)"\n\n"Confidential Information - Do Not Distribute"\n' \
          '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'  # fmt: skip


def test_a_report_of_salesforce_opportunities_ends_before_its_remarks(read):
    def row(stage: str, won: str, closed: str, name: str) -> dict:
        told = {
            "Opportunity Name": name,
            "Account Name": "Acme",
            "Stage": stage,
            "Close Date": "1/31/2024",
            "Amount": "1,200.00",
        }
        return told | {
            "Won": won,
            "Closed": closed,
            "Created Date": "1/5/2024",
            "Opportunity ID": name,
            "Opportunity Owner": "Sue",
        }

    rows = [
        row("Signed", "1", "1", "a"),
        row("Off", "0", "1", "b"),
        row("Closed Won", "", "", "c"),
        row("Talks", "0", "0", "d"),
    ]
    deals, facts = read("salesforce_opportunities_report", "deals", rows, end=REMARKS, date_format="%m/%d/%Y")
    assert told(deals.stage) == {"a": "won", "b": "lost", "c": "Closed Won", "d": "Talks"}
    assert told(deals.closed_at)["a"] == "2024-01-31 00:00"
    assert facts["footer_rows"] == 3
    assert float(deals.value.sum()) == 4800


def test_nobody_agrees_in_salesforce_by_saying_nothing(read):
    def row(number: int, out: str, bounced: str = "", **more) -> dict:
        row = {"Id": f"003{number}", "AccountId": "0011", "LastName": "Poe", "Email": f"p{number}@x.example"}
        return row | {"HasOptedOutOfEmail": out, "EmailBouncedDate": bounced, "Birthdate": "1980-05-06"} | more

    rows = [row(1, "false"), row(2, "true"), row(3, "false", "2024-01-05T10:00:00.000Z"), row(4, "0", IsDeleted="true")]
    contacts, facts = read("salesforce_contacts", "contacts", rows)
    consent = {"p1@x.example": None, "p2@x.example": False, "p3@x.example": False}
    assert told(contacts.email_consent) == consent
    assert set(contacts.birth_year) == {1980}
    assert not {"lastname", "mobilephone", "phone", "firstname"} & set(contacts.columns)
    assert skipped(facts) == {"contact that was deleted": 1}


def test_a_report_of_salesforce_contacts(read):
    def row(number: int, out: str) -> dict:
        row = {"Last Name": "Poe", "Account Name": "Acme", "Email": f"p{number}@x.example", "Email Opt Out": out}
        return row | {"Mailing Country": "Italy", "Contact ID": f"003{number}", "Account Owner": "Sue"}

    contacts, _ = read("salesforce_contacts_report", "contacts", [row(1, "0"), row(2, "1")], end=REMARKS)
    assert told(contacts.email_consent) == {"p1@x.example": None, "p2@x.example": False}
    assert set(contacts.country) == {"Italy"}


def test_deals_and_cases_of_salesforce_are_of_its_accounts(file, tmp_path, capsys):
    accounts = [{"Id": f"001{n}", "Name": f"Firm {n}", "Industry": "Energy", "BillingCountry": "IT"} for n in range(2)]
    accounts = [
        row | {"OwnerId": "0051", "Website": "https://www.firm.example/x", "NumberOfEmployees": "40"}
        for row in accounts
    ]
    case = {
        "Id": "5001",
        "CaseNumber": "00001",
        "AccountId": "0011",
        "Status": "Closed",
        "Origin": "Phone",
        "Reason": "Price",
    }
    case |= {"CreatedDate": "2024-01-06T10:00:00.000+0000", "LastModifiedDate": "2024-01-08T10:00:00.000+0000"}
    merged = case | {"CaseNumber": "00002", "MasterRecordId": "5001"}
    files = {"contacts": ("salesforce_accounts", accounts), "deals": ("salesforce_opportunities", OPPORTUNITIES)}
    files["tickets"] = ("salesforce_cases", [case, merged])
    toml = "".join(f'[tables.{table}]\npath = "{file(name, rows).name}"\n' for table, (name, rows) in files.items())
    (tmp_path / "shop.toml").write_text(toml)
    assert main(["check", str(tmp_path / "shop.toml"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["as_of"] == "2024-02-02"
    shop = sg.open_shop(str(tmp_path / "shop.toml"))
    deals = shop.deals.to_pandas().set_index("deal_id")
    assert told(deals.state) == {"0061": "won", "0062": "lost", "0063": "open"}
    assert set(deals.customer_id) <= set(shop.contacts.index)
    (ticket,) = shop.tickets.to_pandas().to_dict("records")
    assert (ticket["customer_id"], ticket["reason"], str(ticket["closed_at"])) == (
        "0011",
        "Price",
        "2024-01-08 10:00:00",
    )
    assert shop.contacts.loc["0011", ["company", "industry", "employees"]].tolist() == ["Firm 1", "Energy", 40]


def test_a_report_of_salesforce_cases(read):
    row = {
        "Case Number": "1",
        "Subject": "Help",
        "Status": "New",
        "Account Name": "Acme",
        "Contact Email": "ann@acme.example",
    }
    row |= {"Date/Time Opened": "1/5/2024 9:15 AM", "Case Origin": "Web", "Case Reason": "Price", "Case Owner": "Sue"}
    over = row | {"Case Number": "2", "Status": "Closed", "Date/Time Closed": "1/31/2024 1:05 PM"}
    tickets, _ = read("salesforce_cases_report", "tickets", [row, over], end=REMARKS, date_format="%m/%d/%Y %I:%M %p")
    assert told(tickets.closed_at) == {"1": None, "2": "2024-01-31 13:05"}
    assert told(tickets.opened_at)["1"] == "2024-01-05 09:15"
    assert set(tickets.customer_id) == {"ann@acme.example"}


# Pipedrive ---------------------------------------------------------------------


def pipedrive(number: int, status: str, **more) -> dict:
    row = {
        "Deal - ID": number,
        "Deal - Title": "Chairs",
        "Deal - Stage": "Offer",
        "Deal - Status": status,
        "Deal - Value": "1000",
    }
    row |= {
        "Deal - Deal created": "2024-01-05 10:00:00",
        "Deal - Organization": "Acme",
        "Deal - Contact person": "Ann Poe",
    }
    return row | {"Deal - Probability": "40", "Deal - Weighted value": "400"} | more


def test_pipedrive_deals(read):
    rows = [
        pipedrive(1, "Won", **{"Deal - Won time": "2024-02-01 09:00:00", "Deal - Lost time": "2024-01-20 09:00:00"}),
        pipedrive(2, "Lost", **{"Deal - Lost time": "2024-02-02 09:00:00", "Deal - Organization": ""}),
        pipedrive(3, "Open", **{"Person - Email - Work": "Ann@acme.example, a@b.example", "Deal - Organization": ""}),
        pipedrive(4, "Deleted"),
    ]
    deals, facts = read("pipedrive_deals", "deals", rows)
    assert told(deals.stage) == {"1": "Won", "2": "Lost", "3": "Offer"}
    assert told(deals.closed_at) == {"1": "2024-02-01 09:00", "2": "2024-02-02 09:00", "3": None}
    assert told(deals.customer_id) == {"1": None, "2": "Ann Poe", "3": None}
    assert told(deals.email) == {"1": None, "2": None, "3": "ann@acme.example"}
    assert [(one["checked"], one["failed"]) for one in facts["holds"]] == [(4, 0)]


def test_pipedrive_people_agree_where_their_status_says_so(read):
    states = ["Subscribed", "No consent", "Unsubscribed", "Bounced", "Archived", "", "Pending double opt-in"]
    rows = [
        {
            "Person - ID": n,
            "Person - Name": "Ann Poe",
            "Person - Organization": "Acme",
            "Person - Marketing status": state,
        }
        | {
            "Person - Email - Work": f"p{n}@x.example, other@x.example" if n else "",
            "Person - Person created": "2024-01-05 10:00:00",
        }
        for n, state in enumerate(states)
    ]
    contacts, _ = read("pipedrive_people", "contacts", rows)
    assert contacts.index.tolist() == ["0", *(f"p{n}@x.example" for n in range(1, 7))]
    assert list(told(contacts.email_consent).values()) == [True, False, False, False, None, None, False]
    assert set(contacts.company) == {"Acme"}


# Mailchimp ---------------------------------------------------------------------

MEMBERS = "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,LATITUDE,CC,LEID,EUID,NOTES,TAGS"
LEFT = ",UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,UNSUB_REASON_OTHER"
CLEANED = ",CLEAN_TIME,CLEAN_CAMPAIGN_TITLE,CLEAN_CAMPAIGN_ID"


@pytest.mark.parametrize(("more", "consent"), [("", [True, None]), (LEFT, [False, False]), (CLEANED, [False, False])])
def test_which_file_of_mailchimp_it_is_tells_who_agreed(tmp_path, engine, more, consent):
    confirmed = "mia@x.example,Mia,2,,,2023-05-06 07:08:09,45.1,IT,101,e1,call her,vip"
    silent = "bo@x.example,Bo,2,,89.1.2.3,,,IT,102,e2,,vip"
    cells = "," * more.count(",")
    (tmp_path / "members.csv").write_text(f"{MEMBERS}{more}\n{confirmed}{cells}\n{silent}{cells}\n")
    source = read_table(tmp_path / "members.csv", "contacts", engine=engine)
    contacts = by_number(source)
    assert source.facts["format_name"] == "mailchimp_members"
    assert contacts.index.tolist() == ["mia@x.example", "bo@x.example"]
    assert list(told(contacts.email_consent).values()) == consent
    assert told(contacts.signed_up_at)["mia@x.example"] == "2023-05-06 07:08"
    assert set(contacts.country) == {"IT"}
    assert not {"first_name", "optin_ip", "latitude", "leid", "euid", "notes"} & set(contacts.columns)


# Events ------------------------------------------------------------------------


def test_klaviyo_events_of_a_file_that_does_not_name_their_metric(read):
    row = {
        "Person//Email": "ann@x.example",
        "Timestamp": "2024-01-05 10:00:00",
        "$event_id": "7",
        "$value": "49.00",
        "Quantity": 2,
    }
    rows = [row, row, row | {"$event_id": "8", "Person//Email": "bo@x.example", "Item": "Tea"}]
    named = {"event": {"constant": "Placed Order"}}
    events, facts = read("klaviyo_events", "events", rows, columns=named, zone="Europe/Rome")
    assert sorted(events.customer_id) == ["ann@x.example", "bo@x.example"]
    assert set(events.event) == {"Placed Order"}
    assert float(events.amount.sum()) == 98
    assert events["at"].dt.hour.tolist() == [11, 11]
    assert skipped(facts) == {"event told twice": 1}


def snowplow(number: int, event: str, **more) -> dict:
    row = {"event_id": f"e{number}", "event": event, "event_name": event, "domain_userid": "d1", "v_collector": "ssc"}
    row |= {"collector_tstamp": f"2024-01-05 10:0{number}:30", "derived_tstamp": f"2024-01-05 10:0{number}:00"}
    return row | {"domain_sessionid": "s1", "page_urlpath": "/tea", "mkt_source": "mail", "geo_country": "IT"} | more


SNOWPLOW = [
    snowplow(1, "page_view"),
    snowplow(2, "struct", event_name="event", se_category="shop", se_action="add_to_basket"),
    snowplow(3, "unstruct", event_name="link_click"),
    snowplow(4, "transaction", tr_orderid="O1", tr_total="30.5", user_id="C-1"),
    snowplow(
        5,
        "transaction_item",
        ti_orderid="O1",
        ti_sku="T1",
        ti_name="Tea",
        ti_price="12.5",
        ti_quantity="2",
        user_id="C-1",
    ),
    snowplow(
        5,
        "transaction_item",
        ti_orderid="O1",
        ti_sku="T1",
        ti_name="Tea",
        ti_price="12.5",
        ti_quantity="2",
        user_id="C-1",
    ),
]


def test_snowplow_events(read):
    events, facts = read("snowplow_events", "events", SNOWPLOW, zone="Europe/Rome")
    events = events.sort_values("at", ignore_index=True)
    assert events.event.tolist() == ["page_view", "add_to_basket", "link_click", "transaction", "transaction_item"]
    assert events["at"].dt.strftime("%H:%M:%S").tolist() == [f"11:0{n}:00" for n in range(1, 6)]
    assert told(events.customer_id) == {0: None, 1: None, 2: None, 3: "C-1", 4: "C-1"}
    assert set(events.visitor_id) == {"d1"}
    assert float(events.amount.sum()) == 30.5
    assert skipped(facts) == {"event told twice": 1}


def test_items_of_snowplow_are_order_lines(read):
    lines, facts = read("snowplow_events", "lines", SNOWPLOW)
    (line,) = lines.to_dict("records")
    assert (line["order_id"], line["customer_id"], line["product_name"], float(line["amount"])) == (
        "O1",
        "C-1",
        "Tea",
        25,
    )
    assert skipped(facts) == {"event that is no purchase": 4, "event told twice": 1}


def test_flat_events_of_google(read):
    row = {
        "event_date": "20240105",
        "event_timestamp": "1704448800000000",
        "user_pseudo_id": "g1",
        "ga_session_id": "17044",
    }
    row |= {"event_name": "page_view", "transaction_id": "(not set)", "traffic_source_source": "google"}
    bought = {"event_name": "purchase", "transaction_id": "O1", "purchase_revenue": "30.5", "user_id": "C-1"}
    rows = [row, row | {"user_pseudo_id": "g2"}, row | bought]
    events, _ = read("ga4_flat_events", "events", rows, zone="Europe/Rome")
    assert events.event.tolist() == ["page_view", "page_view", "purchase"]
    assert set(events["at"].dt.strftime("%Y-%m-%d %H:%M")) == {"2024-01-05 11:00"}
    assert events.session_id.tolist() == ["g1-17044", "g2-17044", "g1-17044"]
    assert told(events.order_id) == {0: None, 1: None, 2: "O1"}
    assert float(events.amount.sum()) == 30.5


def test_flat_events_of_google_as_a_loader_names_them(tmp_path, engine):
    text = "date,name,timestamp,user_pseudo_id,user_id,param_ga_session_id,ecommerce_purchase_revenue\n"
    (tmp_path / "event.csv").write_text(text + "2024-01-05,purchase,2024-01-05 10:00:00,g1,,17,12.5\n")
    source = read_table(tmp_path / "event.csv", "events", engine=engine)
    (event,) = source.table.to_pandas().to_dict("records")
    assert source.facts["format_name"] == "ga4_flat_events"
    assert (event["event"], event["session_id"], float(event["amount"])) == ("purchase", "g1-17", 12.5)
