"""Does onboarding keep what it promises on this machine?"""
