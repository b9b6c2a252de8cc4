"""Calendar years, policy editions, roster, incidents, pauses, plans, reports, pages, and the chain of events"""

import sqlalchemy as sa
from alembic import op


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_years',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('year', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('days', sa.JSON(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_years')),
    sa.UniqueConstraint('year', 'version', name=op.f('uq_calendar_years_year_version'))
    )
    op.create_table('policy_versions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('activated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_versions'))
    )
    op.create_index(op.f('ix_policy_versions_version'), 'policy_versions', ['version'], unique=False)
    op.create_table('roster_events',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('data', sa.JSON(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_roster_events'))
    )
    op.create_table('incidents',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=64), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('notice', sa.Text(), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('declared_by', sa.Integer(), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by', sa.Integer(), nullable=True),
    sa.Column('end_notice', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['declared_by'], ['staff.id'], name=op.f('fk_incidents_declared_by_staff')),
    sa.ForeignKeyConstraint(['ended_by'], ['staff.id'], name=op.f('fk_incidents_ended_by_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_incidents'))
    )
    op.create_table('shifts',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_shifts_staff_id_staff')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_shifts'))
    )
    op.create_index('ix_shifts_ends_at', 'shifts', ['ends_at'], unique=False)
    op.create_table('incident_notices',
    sa.Column('incident_id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.Integer(), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('end_told_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['incident_id'], ['incidents.id'], name=op.f('fk_incident_notices_incident_id_incidents')),
    sa.PrimaryKeyConstraint('incident_id', 'conversation_id', name=op.f('pk_incident_notices'))
    )
    op.create_table('pauses',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('by', sa.Integer(), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('ended_why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['staff.id'], name=op.f('fk_pauses_by_staff')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_pauses_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pauses'))
    )
    op.create_index(op.f('ix_pauses_ticket_id'), 'pauses', ['ticket_id'], unique=False)
    op.create_table('plans',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('responsible_id', sa.Integer(), nullable=False),
    sa.Column('steps', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.Integer(), nullable=False),
    sa.Column('explained_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('objected_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['made_by'], ['staff.id'], name=op.f('fk_plans_made_by_staff')),
    sa.ForeignKeyConstraint(['responsible_id'], ['staff.id'], name=op.f('fk_plans_responsible_id_staff')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_plans_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plans')),
    sa.UniqueConstraint('ticket_id', 'version', name=op.f('uq_plans_ticket_id_version'))
    )
    op.create_index(op.f('ix_plans_ticket_id'), 'plans', ['ticket_id'], unique=False)
    op.create_table('reports',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('to', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['by'], ['staff.id'], name=op.f('fk_reports_by_staff')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_reports_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reports'))
    )
    op.create_index(op.f('ix_reports_ticket_id'), 'reports', ['ticket_id'], unique=False)
    op.create_table('once',
    sa.Column('what', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('what', name=op.f('pk_once'))
    )
    op.create_table('pages',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('deadline_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ref', sa.String(length=32), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('line', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('not_before', sa.DateTime(timezone=True), nullable=False),
    sa.Column('outbox_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['outbox_id'], ['outbox.id'], name=op.f('fk_pages_outbox_id_outbox')),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_pages_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pages'))
    )
    op.create_index('ix_outbox_channel_address_id', 'outbox', ['channel', 'address', 'id'], unique=False)
    op.create_index('ix_tickets_topic_received_at', 'tickets', ['topic', 'received_at'], unique=False)
    op.create_index('ix_incident_notices_end_untold', 'incident_notices', ['incident_id'], unique=False, sqlite_where=sa.text('end_told_at IS NULL'), postgresql_where=sa.text('end_told_at IS NULL'))
    op.create_index('ix_pages_waiting', 'pages', ['address', 'not_before'], unique=False, sqlite_where=sa.text('outbox_id IS NULL'), postgresql_where=sa.text('outbox_id IS NULL'))
    op.add_column('deadlines', sa.Column('rules_version', sa.String(length=32), server_default='', nullable=False))
    op.add_column('deadlines', sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('deadlines', sa.Column('acknowledged_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('deadlines', sa.Column('acknowledged_by', sa.Integer(), sa.ForeignKey('staff.id', name='fk_deadlines_acknowledged_by_staff'), nullable=True), inline_references=True)
    op.add_column('deadlines', sa.Column('fault', sa.Text(), nullable=True))
    op.add_column('organisations', sa.Column('agent', sa.String(length=64), nullable=True))
    op.add_column('staff', sa.Column('skills', sa.JSON(), server_default='[]', nullable=False))
    op.add_column('staff', sa.Column('capacity', sa.Integer(), nullable=True))
    op.add_column('staff', sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('ticket_events', sa.Column('seq', sa.Integer(), server_default='0', nullable=False))
    op.add_column('ticket_events', sa.Column('hash', sa.String(length=64), server_default='', nullable=False))
    # Lines written before there was a chain are numbered; their hash stays empty and the chain begins after them.
    op.execute('UPDATE ticket_events SET seq = (SELECT count(*) FROM ticket_events AS e WHERE e.ticket_id = ticket_events.ticket_id AND e.id <= ticket_events.id)')
    op.create_index('ix_ticket_events_ticket_id_seq', 'ticket_events', ['ticket_id', 'seq'], unique=True)
    op.add_column('tickets', sa.Column('waits_since', sa.DateTime(timezone=True), nullable=True))
    op.add_column('tickets', sa.Column('cause', sa.String(length=16), nullable=True))
    op.add_column('tickets', sa.Column('assignee_id', sa.Integer(), sa.ForeignKey('staff.id', name='fk_tickets_assignee_id_staff'), nullable=True), inline_references=True)
    op.add_column('tickets', sa.Column('assigned_until', sa.DateTime(timezone=True), nullable=True))
    op.add_column('tickets', sa.Column('incident_id', sa.Integer(), sa.ForeignKey('incidents.id', name='fk_tickets_incident_id_incidents'), nullable=True), inline_references=True)
    op.add_column('tickets', sa.Column('events', sa.Integer(), server_default='0', nullable=False))
    op.add_column('tickets', sa.Column('head', sa.String(length=64), server_default='', nullable=False))
    op.create_index('ix_tickets_assigned_until', 'tickets', ['assigned_until'], unique=False, sqlite_where=sa.text('assigned_until IS NOT NULL'), postgresql_where=sa.text('assigned_until IS NOT NULL'))
    op.create_index(op.f('ix_tickets_incident_id'), 'tickets', ['incident_id'], unique=False)
    op.execute('UPDATE tickets SET events = (SELECT count(*) FROM ticket_events AS e WHERE e.ticket_id = tickets.id)')
    _only_ever_added_to()


HISTORY_IS_KEPT = "The history of a ticket is only ever added to."


def _only_ever_added_to() -> None:
    """The database itself refuses to change or drop a line of history. A later migration that rebuilds the table on
    SQLite (batch mode) loses these triggers and must make them again."""
    if op.get_bind().dialect.name == 'sqlite':
        refuse = f"BEGIN SELECT RAISE(ABORT, '{HISTORY_IS_KEPT}'); END"
        for what in ('UPDATE', 'DELETE'):
            op.execute(f'CREATE TRIGGER ticket_events_no_{what.lower()} BEFORE {what} ON ticket_events {refuse}')
        # INSERT OR REPLACE would drop the old line without a word: SQLite fires no DELETE trigger for it.
        taken = 'SELECT 1 FROM ticket_events WHERE id = NEW.id OR (ticket_id = NEW.ticket_id AND seq = NEW.seq)'
        op.execute(
            f'CREATE TRIGGER ticket_events_no_replace BEFORE INSERT ON ticket_events WHEN EXISTS ({taken}) {refuse}'
        )
        return
    op.execute(
        'CREATE FUNCTION refuse_to_change_history() RETURNS trigger LANGUAGE plpgsql AS '
        f"$$ BEGIN RAISE EXCEPTION '{HISTORY_IS_KEPT}'; END $$"
    )
    op.execute(
        'CREATE TRIGGER ticket_events_no_change BEFORE UPDATE OR DELETE ON ticket_events '
        'FOR EACH ROW EXECUTE FUNCTION refuse_to_change_history()'
    )
    op.execute(
        'CREATE TRIGGER ticket_events_no_truncate BEFORE TRUNCATE ON ticket_events '
        'FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change_history()'
    )
