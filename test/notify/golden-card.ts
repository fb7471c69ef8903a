/** Section 5.1 of seed 000, line for line. */
export const GOLDEN = `:trophy: Customer Milestone: GrowthCorp

Milestone Achieved: 1 Million API Calls!

Details:
- Milestone: API usage reached 1,000,000 calls
- Achieved: Jan 29, 2026
- Time to milestone: 8 months

Customer Context:
- Customer since: May 2025
- Current ARR: $65,000
- Health Score: 85 (Excellent)

Celebration Ideas:
1. :email: Send congratulations email
2. :bird: Social media shoutout (with permission)
3. :gift: Consider milestone gift
4. :memo: Invite to case study participation

[Send Celebration Email] [Request Social Permission] [Mark Celebrated]`;
