"""Drafts, regression messages, night answers and gaps of the knowledge base"""

import sqlalchemy as sa
from alembic import op


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

IS_DRAFT = sa.text("state = 'draft'")


def upgrade() -> None:
    op.add_column('kb_revisions', sa.Column('state', sa.String(length=16), server_default='published', nullable=False))
    op.add_column('kb_revisions', sa.Column('author', sa.Text(), server_default='', nullable=False))
    op.add_column('kb_revisions', sa.Column('based_on', sa.Integer(), nullable=True))
    op.create_index('uq_kb_revisions_draft', 'kb_revisions', ['state'], unique=True, sqlite_where=IS_DRAFT, postgresql_where=IS_DRAFT)
    op.add_column('kb_articles', sa.Column('night_answer', sa.Text(), nullable=True))
    op.create_table('kb_regressions',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('expected', sa.String(), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_table('kb_gaps',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=16), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('reply', sa.Text(), nullable=True),
    sa.Column('article_id', sa.String(), nullable=True),
    sa.Column('ticket_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('settled_by', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id')
    )
    op.create_index('ix_kb_gaps_state_at', 'kb_gaps', ['state', 'at'], unique=False)
    op.create_index('ix_kb_gaps_ticket_id', 'kb_gaps', ['ticket_id'], unique=False)
