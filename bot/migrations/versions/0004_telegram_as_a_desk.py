"""Telegram as a desk: topics, message numbers, revisions, one-time codes, linked staff, what was set aside"""

import sqlalchemy as sa
from alembic import op


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('groups',
    sa.Column('chat', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('overview', sa.Integer(), nullable=True),
    sa.Column('board', sa.Integer(), nullable=True),
    sa.Column('shown', sa.String(length=64), nullable=True),
    sa.Column('sent', sa.JSON(), nullable=False),
    sa.Column('top', sa.BigInteger(), nullable=False),
    sa.Column('trouble', sa.Text(), nullable=True),
    sa.Column('trouble_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('moved_to', sa.BigInteger(), nullable=True),
    sa.PrimaryKeyConstraint('chat', name=op.f('pk_groups'))
    )
    op.create_table('link_codes',
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=16), nullable=False),
    sa.Column('subject', sa.String(length=64), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_link_codes'))
    )
    op.create_table('set_aside',
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('chat', sa.BigInteger(), nullable=True),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_set_aside'))
    )
    op.create_table('staff_links',
    sa.Column('account', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_staff_links_staff_id_staff')),
    sa.PrimaryKeyConstraint('account', name=op.f('pk_staff_links')),
    sa.UniqueConstraint('staff_id', name=op.f('uq_staff_links_staff_id'))
    )
    op.create_table('topics',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('chat', sa.BigInteger(), nullable=True),
    sa.Column('thread', sa.Integer(), nullable=True),
    sa.Column('card', sa.Integer(), nullable=True),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('shown', sa.String(length=64), nullable=True),
    sa.Column('title', sa.String(length=128), nullable=True),
    sa.Column('told', sa.Integer(), nullable=False),
    sa.Column('noted', sa.Integer(), nullable=False),
    sa.Column('revised', sa.Integer(), nullable=False),
    sa.Column('made', sa.Integer(), nullable=False),
    sa.Column('closed', sa.Boolean(), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('wanted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('doing', sa.String(length=16), nullable=True),
    sa.Column('why', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['ticket_id'], ['tickets.id'], name=op.f('fk_topics_ticket_id_tickets')),
    sa.PrimaryKeyConstraint('ticket_id', name=op.f('pk_topics'))
    )
    op.create_index('ix_topics_chat_thread', 'topics', ['chat', 'thread'], unique=False)
    op.create_index('ix_topics_wanted', 'topics', ['rank', 'wanted_at'], unique=False, sqlite_where=sa.text('wanted_at IS NOT NULL'), postgresql_where=sa.text('wanted_at IS NOT NULL'))
    op.create_table('numbers',
    sa.Column('chat', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=True),
    sa.Column('note_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_numbers_message_id_messages')),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_numbers_note_id_notes')),
    sa.PrimaryKeyConstraint('chat', 'number', name=op.f('pk_numbers'))
    )
    op.create_index('ix_numbers_message_id', 'numbers', ['message_id'], unique=False)
    op.create_table('revisions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_revisions_message_id_messages')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revisions'))
    )
    op.create_index(op.f('ix_revisions_message_id'), 'revisions', ['message_id'], unique=False)
    op.add_column('conversations', sa.Column('unreachable_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('outbox', sa.Column('rank', sa.Integer(), server_default='9', nullable=False))
    op.add_column('outbox', sa.Column('reply_to', sa.BigInteger(), nullable=True))
    op.add_column('outbox', sa.Column('content', sa.JSON(), nullable=True))
    op.add_column('outbox', sa.Column('line', sa.Integer(), nullable=True))
