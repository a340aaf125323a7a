CREATE TYPE catalogue.medium AS ENUM ('book', 'audiobook', 'periodical', 'dvd', 'game', 'map', 'tool');
CREATE TYPE catalogue.contribution AS ENUM ('author', 'editor', 'translator', 'illustrator', 'narrator');
CREATE TYPE catalogue.copy_condition AS ENUM ('new', 'good', 'worn', 'damaged', 'missing');

CREATE TYPE membership.member_status AS ENUM ('active', 'blocked', 'left');

CREATE TYPE circulation.hold_status AS ENUM ('waiting', 'ready', 'collected', 'expired', 'cancelled');
CREATE TYPE circulation.fine_reason AS ENUM ('overdue', 'damage', 'loss', 'card');
CREATE TYPE circulation.payment_method AS ENUM ('cash', 'card', 'online');
CREATE TYPE circulation.reminder AS ENUM ('due soon', 'overdue', 'hold ready');

CREATE TYPE acquisition.order_status AS ENUM ('draft', 'sent', 'received', 'cancelled');

COMMENT ON TYPE catalogue.medium IS 'What a title is made of; the lending rules depend on it.';
COMMENT ON TYPE circulation.hold_status IS
    'waiting: in the queue; ready: a copy lies at the desk; the other three are final.';
