"""The figures of one process, as a page of metrics shows them."""

from rtserver.cli.top_scrape import parse

BEFORE = """\
rtserver_info{version="0.1.0",database="sqlite"} 1
rtserver_connections 840
rtserver_commands_total{type="board.patch"} 100
rtserver_db_up 1
process_cpu_seconds_total 10
process_start_time_seconds 1000
"""
AFTER = """\
rtserver_info{version="0.1.0",database="sqlite"} 1
rtserver_online_users 312
rtserver_connections 845
rtserver_connections_limit 10000
rtserver_connections_closed_total{code="4002"} 3
rtserver_commands_total{type="board.patch"} 300
rtserver_commands_limited_total 30
rtserver_db_up 0
rtserver_db_transaction_duration_seconds_bucket{le="0.001"} 10
rtserver_db_transaction_duration_seconds_bucket{le="+Inf"} 10
rtserver_mails_waiting{state="dead"} 2
rtserver_queue_bytes 1500
process_cpu_seconds_total 11
process_start_time_seconds 1000
process_resident_memory_bytes 81000000
"""


def scrape(text, at, url="http://a"):
    return parse(url, text, at)
