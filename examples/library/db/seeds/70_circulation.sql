-- Loans go through the same triggers as at the desk: due days, fines and holds come out of the rules.

INSERT INTO circulation.loan (copy_id, member_id, branch_id, loaned_at, issued_by)
SELECT c.copy_id, l.member_id, c.branch_id, l.loaned_at::timestamptz, l.issued_by
FROM (
    VALUES
        ('30000000000011', 1, '2026-01-08 10:12+01', 2),
        ('30000000000051', 1, '2026-01-08 10:13+01', 2),
        ('30000000000031', 2, '2026-01-14 15:40+01', NULL),
        ('30000000000012', 3, '2026-02-05 14:31+01', 3),
        ('30000000000081', 4, '2026-02-11 18:02+01', NULL),
        ('30000000000061', 3, '2026-03-12 09:50+01', 3)
) AS l (barcode, member_id, loaned_at, issued_by)
JOIN catalogue.copy AS c USING (barcode)
WHERE NOT EXISTS (
    SELECT FROM circulation.loan AS known
    WHERE known.copy_id = c.copy_id AND known.loaned_at = l.loaned_at::timestamptz
)
ORDER BY l.loaned_at;

-- Two wait for Moby-Dick, in this order.
INSERT INTO circulation.hold (title_id, member_id, pickup_branch_id, queue_position, placed_at)
SELECT 1, h.member_id, b.branch_id, h.queue_position, h.placed_at::timestamptz
FROM (VALUES (4, 'HILL', 1, '2026-02-06 20:15+01'), (5, 'HARB', 2, '2026-02-09 08:00+01'))
    AS h (member_id, branch_code, queue_position, placed_at)
JOIN org.branch AS b ON b.code = h.branch_code
WHERE NOT EXISTS (SELECT FROM circulation.hold AS known WHERE known.title_id = 1 AND known.member_id = h.member_id)
ORDER BY h.queue_position;

-- The first one is ten days late, the second one in time, and the third one belongs to a child and costs nothing.
UPDATE circulation.loan AS l
SET returned_at = r.returned_at::timestamptz
FROM (
    VALUES
        ('30000000000011', '2026-01-08 10:12+01', '2026-02-08 17:30+01'),
        ('30000000000051', '2026-01-08 10:13+01', '2026-01-20 12:00+01'),
        ('30000000000031', '2026-01-14 15:40+01', '2026-03-02 16:05+01')
) AS r (barcode, loaned_at, returned_at)
JOIN catalogue.copy AS c USING (barcode)
WHERE l.copy_id = c.copy_id
  AND l.loaned_at = r.loaned_at::timestamptz
  AND l.returned_at IS NULL;

INSERT INTO circulation.fine (member_id, reason, amount, charged_at)
SELECT 1, 'card', 3.00, '2024-06-01 12:05+02'
WHERE NOT EXISTS (SELECT FROM circulation.fine WHERE member_id = 1 AND reason = 'card');

-- Pays for the card, and half of the rest.
SELECT circulation.pay(1, 4.00, 'card')
WHERE NOT EXISTS (SELECT FROM circulation.payment WHERE member_id = 1);

INSERT INTO org.room_booking (room_id, member_id, during, purpose)
SELECT r.room_id, 1, '[2026-03-20 14:00+01,2026-03-20 16:00+01)', 'Reading circle: "Moby-Dick", chapters 1–42'
FROM org.room AS r
WHERE r.name = 'Attic'
ON CONFLICT ON CONSTRAINT room_booking_no_overlap DO NOTHING;
