"""The queueing engine: rules, priorities, journeys, acts, outcomes, profiles, plans, waits."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "journey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("theme_code", sa.String(), nullable=False),
        sa.Column("together", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_journey_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey")),
    )
    op.create_table(
        "queue_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("sentence_en", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_queue_alert_hall_id_hall")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_alert")),
    )
    op.create_index(
        "uq_queue_alert_open",
        "queue_alert",
        ["hall_id", "kind", "about"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "plan_state",
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("over_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("active_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_plan_state_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "plan", name=op.f("pk_plan_state")),
    )
    op.create_table(
        "queue_rules",
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_queue_rules_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", "version", name=op.f("pk_queue_rules")),
    )
    op.create_table(
        "wait_model",
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hall_id"], ["hall.id"], name=op.f("fk_wait_model_hall_id_hall")),
        sa.PrimaryKeyConstraint("hall_id", name=op.f("pk_wait_model")),
    )
    op.create_table(
        "wait_score",
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("mean_absolute_error", sa.Double(), nullable=False),
        sa.Column("bias", sa.Double(), nullable=False),
        sa.Column("below_low", sa.Double(), nullable=False),
        sa.Column("coverage", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["line.id"], name=op.f("fk_wait_score_line_id_line")),
        sa.PrimaryKeyConstraint("line_id", "day", name=op.f("pk_wait_score")),
    )
    op.create_table(
        "window_profile",
        sa.Column("window_id", sa.Integer(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["window_id"], ["window.id"], name=op.f("fk_window_profile_window_id_window")
        ),
        sa.PrimaryKeyConstraint("window_id", name=op.f("pk_window_profile")),
    )
    op.create_table(
        "print_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", LONG, nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["station_id"], ["station.id"], name=op.f("fk_print_order_station_id_station")
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_print_order_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_order")),
    )
    with op.batch_alter_table("print_order", schema=None) as batch_op:
        batch_op.create_index(
            "ix_print_order_open",
            ["station_id"],
            unique=False,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_print_order_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "shift_interval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shift_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["shift_id"], ["shift.id"], name=op.f("fk_shift_interval_shift_id_shift")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_interval")),
    )
    with op.batch_alter_table("shift_interval", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_interval_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "ticket_act",
        sa.Column("id", LONG, autoincrement=True, nullable=False),
        sa.Column("ticket_id", LONG, nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("actor_name", sa.String(), nullable=True),
        sa.Column("window_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_act_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_act")),
    )
    with op.batch_alter_table("ticket_act", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_act_ticket_id"), ["ticket_id"], unique=False)

    op.create_table(
        "ticket_outcome",
        sa.Column("id", LONG, autoincrement=True, nullable=False),
        sa.Column("ticket_id", LONG, nullable=False),
        sa.Column("matter_code", sa.String(), nullable=False),
        sa.Column("matter_name", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_outcome_ticket_id_ticket")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_outcome")),
    )
    with op.batch_alter_table("ticket_outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_outcome_ticket_id"), ["ticket_id"], unique=False)

    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("skill", sa.String(), nullable=True))

    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.add_column(sa.Column("skills", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("pause_reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("wants_next", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_index("ix_shift_staff_id", ["staff_id"])
        batch_op.add_column(sa.Column("turns", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("role", sa.String(), nullable=False, server_default="clerk"))
        batch_op.add_column(sa.Column("skills", sa.JSON(), nullable=False, server_default="[]"))

    with op.batch_alter_table("theme", schema=None) as batch_op:
        batch_op.add_column(sa.Column("steps", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("together", sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin_line_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("step", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("steps", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("skill", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("language", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("remark", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("priority", sa.String(), nullable=False, server_default="ordinary"))
        batch_op.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("since", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("booked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("to_window_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("to_staff_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("return_to", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("journey_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("staff_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ahead", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("wait_estimate", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("wait_low", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("wait_high", sa.Double(), nullable=True))

    op.execute("UPDATE ticket SET origin_line_id = line_id, since = issued_at")
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.alter_column("origin_line_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("since", existing_type=sa.DateTime(timezone=True), nullable=False)
        batch_op.alter_column("number", existing_type=sa.INTEGER(), nullable=True)
        batch_op.drop_constraint(batch_op.f("uq_ticket_line_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_ticket_waiting"), sqlite_where=sa.text("state = 'waiting'"))
        batch_op.create_index(
            "ix_ticket_waiting",
            ["line_id", "day", "priority", "place", "since", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            "ix_ticket_aside",
            ["hall_id", "day", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('held', 'no_show')"),
            postgresql_where=sa.text("state IN ('held', 'no_show')"),
        )
        for index, column in (
            ("ix_ticket_to_window", "to_window_id"),
            ("ix_ticket_to_staff", "to_staff_id"),
        ):
            only = sa.text(f"state = 'waiting' AND {column} IS NOT NULL")
            batch_op.create_index(
                index, [column, "day"], unique=False, sqlite_where=only, postgresql_where=only
            )
        batch_op.create_index(
            "ix_ticket_journey",
            ["journey_id"],
            unique=False,
            sqlite_where=sa.text("journey_id IS NOT NULL"),
            postgresql_where=sa.text("journey_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_ticket_visitor",
            ["day", "visitor_digest"],
            unique=False,
            sqlite_where=sa.text("visitor_digest IS NOT NULL"),
            postgresql_where=sa.text("visitor_digest IS NOT NULL"),
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_ticket_origin_line_id"), ["origin_line_id", "day", "number", "step"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_ticket_origin_line_id_line"), "line", ["origin_line_id"], ["id"]
        )

    with op.batch_alter_table("ticket_interval", schema=None) as batch_op:
        batch_op.add_column(sa.Column("line_id", sa.Integer(), nullable=True))

    if op.get_bind().dialect.name == "postgresql":
        for table, column in (("ticket", "id"), ("ticket_interval", "id"), ("ticket_interval", "ticket_id")):
            op.alter_column(table, column, type_=sa.BigInteger())
            if column == "id":
                op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")


def downgrade() -> None:
    raise NotImplementedError("there is no way back from 0002: restore the backup made before the upgrade")
